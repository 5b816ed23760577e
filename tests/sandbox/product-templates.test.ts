// Lints every template of the products of an environment with cfn-lint. Does not prove that CloudFormation deploys them.
import assert from "node:assert/strict";
import { type NotebookProductPlan, notebookTemplate } from "@cloister/components/catalog/project/notebook";
import { type UserProfileProductPlan, userProfileTemplate } from "@cloister/components/catalog/project/user-profile";
import { notebookInstanceTypes, templateInstanceTypes } from "@cloister/components/studio/instance-types";
import { notebookPlan, userProfilePlan } from "../helpers/catalog";
import { lintTemplates } from "../helpers/cfn-lint";

const owner = notebookPlan.owners[0]!;
const names = Array.from({ length: 200 }, (_, i) => `profile-${i}`);
const image = { imageName: "fraud-dev-r", imageVersionNumber: 3, appImageConfigName: "fraud-dev-r-jupyterlab" };

const notebooks: Record<string, Partial<NotebookProductPlan>> = {
  "notebook-default": {},
  "notebook-console": { hasConsole: true },
  // cfn-lint knows no instance types of EC2 that the region lacks, so the test has all types of SageMaker.
  "notebook-types": { owners: [{ ...owner, instanceTypes: notebookInstanceTypes }] },
  "notebook-owners": { owners: names.map((profile) => ({ ...owner, profile })) },
};
const profiles: Record<string, Partial<UserProfileProductPlan>> = {
  "profile-default": {},
  "profile-console": { hasConsole: true },
  "profile-sso": { signIn: "identity-center" },
  "profile-types": { instanceTypes: templateInstanceTypes },
  "profile-settings": {
    images: { jupyterlab: [image], codeeditor: [image] },
    repositories: ["https://git.bank.example/fraud/models"],
    sharing: { notebookOutputOption: "Allowed", s3KmsKeyId: notebookPlan.keyArn, s3OutputPath: "s3://fraud-dev-data/shared-notebooks/" },
  },
  "profile-names": { profile: "X".repeat(28), person: "x".repeat(64) },
};
const templates = {
  ...Object.fromEntries(Object.entries(notebooks).map(([name, change]) => [name, notebookTemplate({ ...notebookPlan, ...change })])),
  ...Object.fromEntries(Object.entries(profiles).map(([name, change]) => [name, userProfileTemplate({ ...userProfilePlan, ...change })])),
};

describe("templates of products", function () {
  this.timeout(300_000);

  it("have no finding of cfn-lint", async () => assert.deepEqual(await lintTemplates(templates), { status: 0, text: "" }));

  it("have a finding of cfn-lint with a type that SageMaker does not have, and with an unknown property", async () => {
    const unknownType = notebookTemplate({ ...notebookPlan, owners: [{ ...owner, instanceTypes: ["ml.x1.large"] }] });
    const { Space } = templates["profile-default"]!.Resources;
    const unknownProperty = {
      ...templates["profile-default"],
      Resources: { ...templates["profile-default"]!.Resources, Space: { ...Space, Properties: { ...Space!.Properties, Rolename: "x" } } },
    };
    const { text } = await lintTemplates({ unknownType, unknownProperty });
    assert.match(text, /W1030 \{'Ref': 'InstanceType'\} is not one of/);
    assert.match(text, /Rolename/);
  });
});
