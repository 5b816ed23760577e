// Lints every template of the products of an environment with cfn-lint. Does not prove that CloudFormation deploys them.
import assert from "node:assert/strict";
import { type NotebookProductPlan, notebookTemplate } from "@cloister/components/catalog/project/notebook";
import { type StudioPlacePlan, studioPlaceTemplate } from "@cloister/components/catalog/project/studio-place";
import { notebookInstanceTypes, templateInstanceTypes } from "@cloister/components/studio/instance-types";
import { notebookPlan, placePlan } from "../helpers/catalog";
import { lintTemplates } from "../helpers/cfn-lint";

const owner = notebookPlan.owners[0]!;
const place = placePlan.places[0]!;
const names = Array.from({ length: 200 }, (_, i) => `profile-${i}`);
const image = { imageName: "fraud-dev-r", imageVersionNumber: 3, appImageConfigName: "fraud-dev-r-jupyterlab" };

const notebooks: Record<string, Partial<NotebookProductPlan>> = {
  "notebook-default": {},
  "notebook-console": { hasConsole: true },
  // cfn-lint knows no instance types of EC2 that the region lacks, so the test has all types of SageMaker.
  "notebook-types": { owners: [{ ...owner, instanceTypes: notebookInstanceTypes }] },
  "notebook-owners": { owners: names.map((profile) => ({ ...owner, profile })) },
};
const places: Record<string, Partial<StudioPlacePlan>> = {
  "place-default": {},
  "place-console": { hasConsole: true },
  "place-sso": { signIn: "identity-center" },
  "place-types": { instanceTypes: templateInstanceTypes },
  "place-settings": {
    images: { jupyterlab: [image], codeeditor: [image] },
    repositories: ["https://git.bank.example/fraud/models"],
    sharing: { notebookOutputOption: "Allowed", s3KmsKeyId: notebookPlan.keyArn, s3OutputPath: "s3://fraud-dev-data/shared-notebooks/" },
  },
  "place-profiles": { places: names.map((profile) => ({ ...place, profile })) },
};
const templates = {
  ...Object.fromEntries(Object.entries(notebooks).map(([name, change]) => [name, notebookTemplate({ ...notebookPlan, ...change })])),
  ...Object.fromEntries(Object.entries(places).map(([name, change]) => [name, studioPlaceTemplate({ ...placePlan, ...change })])),
};

describe("templates of products", function () {
  this.timeout(300_000);

  it("have no finding of cfn-lint", async () => assert.deepEqual(await lintTemplates(templates), { status: 0, text: "" }));

  it("have a finding of cfn-lint with a type that SageMaker does not have, and with an unknown property", async () => {
    const unknownType = notebookTemplate({ ...notebookPlan, owners: [{ ...owner, instanceTypes: ["ml.x1.large"] }] });
    const { Space } = templates["place-default"]!.Resources;
    const unknownProperty = {
      ...templates["place-default"],
      Resources: { ...templates["place-default"]!.Resources, Space: { ...Space, Properties: { ...Space!.Properties, Rolename: "x" } } },
    };
    const { text } = await lintTemplates({ unknownType, unknownProperty });
    assert.match(text, /W1030 \{'Ref': 'InstanceType'\} is not one of/);
    assert.match(text, /Rolename/);
  });
});
