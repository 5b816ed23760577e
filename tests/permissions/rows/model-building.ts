// Rows about the roles that build models: from which network they build, what a change does to an approval, and serverless endpoints.
import { type Context, type Row, type RowKit } from "../row-kit";

/** Roles whose credentials are only in the network, and roles of users. SageMaker uses the pipeline role in its own network. */
const inNetwork = ["execution", "notebook"];
const builders = [...inNetwork, "pipeline", "data-scientist"];

export function modelBuildingRows(kit: RowKit): Row[] {
  return [...networkRows(kit), ...revisionRows(kit), ...serverlessRows(kit), ...fileSystemRows(kit)];
}

/** Error messages quote what SageMaker reads for a call, so work roles build, and users define pipelines, only inside. */
function networkRows({ ids, sm, inside, elsewhere, requestTag, ownTag, otherEnvironmentTag, row }: RowKit): Row[] {
  const outside = ids.peopleNetwork === "anywhere" ? "allowed" : "denied";
  const pipelines: [action: string, resource: string, context: Context][] = [
    ["CreatePipeline", "pipeline/x", requestTag],
    ["UpdatePipeline", "pipeline/x", ownTag],
  ];
  const others: typeof pipelines = [
    ["CreateExperiment", "experiment/x", requestTag],
    ["CreateEndpoint", "endpoint/x", requestTag],
    ["DeleteModel", "model/x", ownTag],
    ["UpdateModelPackage", `model-package/${ids.environment}-models/1`, { ...ownTag, "sagemaker:ModelApprovalStatus": "Rejected" }],
  ];
  const attack = { by: "stolen session" as const, tries: "starts work outside, and reads error messages that quote data" };
  const calls = (caller: string, [action, resource, context]: (typeof others)[number], want: Row["want"]) => {
    const builds = (it: string, result: Row["want"], network: Context) =>
      row(
        caller,
        `builds ${it}: ${action}`,
        result,
        `sagemaker:${action}`,
        sm(resource),
        { ...context, ...network },
        {
          ...(result === "denied" && { attack }),
        },
      );
    return [builds("inside", "allowed", inside), builds("outside", want, {}), builds("in another network", want, elsewhere)];
  };
  return [
    ...inNetwork.flatMap((caller) => [...pipelines, ...others].flatMap((call) => calls(caller, call, outside))),
    ...pipelines.flatMap((call) => calls("data-scientist", call, outside)),
    ...others.flatMap((call) => calls("data-scientist", call, "allowed")),
    ...[...inNetwork, "data-scientist"].map((caller) =>
      row(caller, "changes another environment's pipeline", "denied", "sagemaker:UpdatePipeline", sm("pipeline/x"), {
        ...otherEnvironmentTag,
        ...inside,
      }),
    ),
    ...["CreatePipeline", "UpdatePipeline"].map((action) =>
      row("pipeline", `defines a pipeline: ${action}`, "denied", `sagemaker:${action}`, sm("pipeline/x"), {
        ...requestTag,
        ...ownTag,
        ...inside,
      }),
    ),
  ];
}

/** A change can replace the image and the artifact of a model version. */
function revisionRows({ ids, sm, inside, ownTag, otherEnvironmentTag, row }: RowKit): Row[] {
  const version = sm(`model-package/${ids.environment}-models/1`);
  const pending = { "sagemaker:ModelApprovalStatus": "PendingManualApproval" };
  const attack = { by: "insider" as const, tries: "changes an approved model without a new approval" };
  return [...builders, "product"].flatMap((caller) => {
    const changes = (it: string, want: Row["want"], context: Context) =>
      row(caller, it, want, "sagemaker:UpdateModelPackage", version, { ...inside, ...context }, want === "denied" ? { attack } : {});
    return [
      changes("changes its model, and sets it to pending", caller === "pipeline" ? "denied" : "allowed", { ...ownTag, ...pending }),
      changes("changes its model, and keeps the approval", "denied", ownTag),
      ...(caller === "product" ? [] : [changes("changes another environment's model", "denied", { ...otherEnvironmentTag, ...pending })]),
    ];
  });
}

/** A serverless endpoint has no network configuration. */
function serverlessRows({ ids, sm, inside, requestTag, from, row }: RowKit): Row[] {
  return [...builders, "hub-product"].map((caller) =>
    row(
      caller,
      "creates a serverless endpoint configuration",
      caller === "hub-product" ? "denied" : from("vpc"),
      "sagemaker:CreateEndpointConfig",
      sm("endpoint-config/x"),
      {
        ...requestTag,
        ...inside,
        "sagemaker:VolumeKmsKeyArn": ids.dataKeyArn,
        "sagemaker:InstanceTypes": [ids.instanceType],
        "sagemaker:ServerlessMaxConcurrency": "5",
      },
      { attack: { by: "insider", tries: "runs a model on a serverless endpoint, which has no network configuration" } },
    ),
  );
}

/** The home file system of Studio contains the files of all users. */
function fileSystemRows({ ids, sm, inside, requestTag, from, row }: RowKit): Row[] {
  return [...builders, "hub-product"].map((caller) =>
    row(
      caller,
      "mounts a file system in a training job",
      caller === "hub-product" ? "denied" : from("vpc"),
      "sagemaker:CreateTrainingJob",
      sm("training-job/x"),
      {
        ...requestTag,
        ...inside,
        "sagemaker:VpcSubnets": ids.subnetIds,
        "sagemaker:VpcSecurityGroupIds": [ids.groupId],
        "sagemaker:VolumeKmsKeyArn": ids.dataKeyArn,
        "sagemaker:OutputKmsKeyArn": ids.dataKeyArn,
        "sagemaker:InterContainerTrafficEncryption": "true",
        "sagemaker:NetworkIsolation": "true",
        "sagemaker:InstanceTypes": [ids.instanceType],
        "sagemaker:FileSystemId": "fs-0a1b2c3d",
      },
      { attack: { by: "insider", tries: "reads the files of other users in the file system of Studio" } },
    ),
  );
}
