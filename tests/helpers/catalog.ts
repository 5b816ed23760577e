// Defines plans of the products of an environment.
import { type NotebookProductPlan } from "@cloister/components/catalog/project/notebook";
import { type UserProfileProductPlan } from "@cloister/components/catalog/project/user-profile";

const accountId = "111122223333";
const region = "eu-central-1";
const context = { accountId, region, partition: "aws" };
const environment = "fraud-dev";
const tags = {
  "cloister:environment": environment,
  "cloister:owner": "fraud-analytics@bank.example",
  "cloister:team": "fraud",
  "cost-center": "4712",
};
const roleArn = (name: string) => `arn:aws:iam::${accountId}:role/cloister/${region}/${environment}/work/${name}`;
const scriptArn = (name: string) => `arn:aws:sagemaker:${region}:${accountId}:studio-lifecycle-config/${environment}-${name}`;

/** Two owners with the same instance types, and one with fewer. */
export const notebookPlan: NotebookProductPlan = {
  context,
  environment,
  tags,
  owners: [
    { profile: "ana-horvat", person: "ana.horvat@bank.example", instanceTypes: ["ml.t3.medium", "ml.m5.xlarge"] },
    { profile: "bo-li", person: "bo.li@bank.example", instanceTypes: ["ml.t3.medium"] },
    { profile: "eva", person: "eva@bank.example", instanceTypes: ["ml.m5.xlarge", "ml.t3.medium"] },
  ].map((owner) => ({
    ...owner,
    roleArn: roleArn(`${environment}-notebooks-${owner.profile}-0a1b2c3`),
    securityGroupId: "sg-0123456789abcdef0",
    lifecycleConfigName: `${environment}-start-of-${owner.profile}-0a1b2c3`,
  })),
  defaultInstanceType: "ml.t3.medium",
  volumeGb: { default: 20, maximum: 100 },
  subnetId: "subnet-0123456789abcdef0",
  keyArn: `arn:aws:kms:${region}:${accountId}:key/0a1b2c3d-0000-4000-8000-000000000000`,
  hasConsole: false,
};

export const userProfilePlan: UserProfileProductPlan = {
  context,
  environment,
  tags,
  domainId: "d-0a1b2c3d4e5f",
  signIn: "iam",
  profile: "ivo",
  person: "ivo@bank.example",
  roleArn: roleArn(`${environment}-execution-0a1b2c3`),
  securityGroupId: "sg-0123456789abcdef0",
  scripts: { jupyterlab: scriptArn("jupyterlab-0a1b2c3d"), codeeditor: scriptArn("codeeditor-0a1b2c3d") },
  instanceTypes: ["ml.t3.medium", "ml.m5.large"],
  defaultInstanceType: "ml.t3.medium",
  volumeGb: { default: 5, maximum: 100 },
  images: { jupyterlab: [], codeeditor: [] },
  repositories: [],
  sharing: { notebookOutputOption: "Disabled" },
  hasConsole: false,
};
