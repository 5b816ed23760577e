// Rows about tags at creation: the tags of the environment with their values, those that SageMaker adds, and no others.
import { type Context, omit, type Row, type RowKit } from "../row-kit";

export function tagRows({ ids, sm, inside, requestTag, row }: RowKit): Row[] {
  const { tags } = ids;
  const allTags: Context = Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value]));
  const keys = (...more: string[]): Context => ({ "aws:TagKeys": [...Object.keys(tags), ...more] });
  const own: Context = { ...allTags, ...keys() };
  const calls: [action: string, resource: string, context: Context, isTagRequired: boolean][] = [
    ["CreateExperiment", "experiment/x", {}, true],
    ["CreateEndpoint", "endpoint/x", {}, true],
    ["CreatePipeline", "pipeline/x", {}, true],
    ["AddTags", "training-job/x", { "sagemaker:TaggingAction": "CreateTrainingJob" }, false],
    // Studio adds the tags of the domain to spaces and apps.
    ["AddTags", "space/d-1/x", { "sagemaker:TaggingAction": "CreateSpace" }, false],
    ["AddTags", "app/d-1/x/jupyterlab/default", { "sagemaker:TaggingAction": "CreateApp" }, false],
  ];
  return ["execution", "notebook", "pipeline", "data-scientist"].flatMap((caller) =>
    calls
      .filter(([action]) => caller !== "pipeline" || action !== "CreatePipeline")
      .flatMap(([action, resource, context, isRequired]) => {
        const tagged = (it: string, want: Row["want"], given: Context) =>
          row(
            caller,
            `tags ${it}: ${context["sagemaker:TaggingAction"] === undefined ? action : `${action} by ${String(context["sagemaker:TaggingAction"])}`}`,
            want,
            `sagemaker:${action}`,
            sm(resource),
            { ...inside, ...context, ...given },
            want === "denied" ? { attack: { by: "insider", tries: "sets tags with free text, or with the values of another team" } } : {},
          );
        return [
          tagged("with all tags of the environment", "allowed", own),
          tagged("with tags that SageMaker adds", "allowed", { ...own, ...keys("sagemaker:domain-arn", "sagemaker:user-profile-arn") }),
          tagged("with the tag of a person", "allowed", { ...own, ...keys("cloister:person") }),
          tagged("with a tag of the caller", "denied", { ...own, ...keys("message") }),
          tagged("with another tag of Cloister", "denied", { ...own, ...keys("cloister:message") }),
          ...Object.keys(allTags).map((key) => tagged(`with another value of ${key}`, "denied", { ...own, [key]: "free text" })),
          ...(isRequired ? Object.keys(requestTag).map((key) => tagged(`without ${key}`, "denied", omit(own, key))) : []),
        ];
      }),
  );
}
