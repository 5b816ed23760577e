// Defines facts, settings and resources for Studio tests.
import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import { Notebooks, scriptFacts, Studio } from "@cloister/components/studio";
import { studioMembers } from "@cloister/components/studio/members";
import { type ScriptFacts } from "@cloister/components/studio/script-facts";
import { studioSettings } from "@cloister/components/studio/settings";
import { type z } from "zod";
import { ofType, resourceOf } from "../programs/world";
import { REGION, type Registered, useMocks, waitForRegistrations, type World } from "./mocks";

export type StudioInput = z.input<ReturnType<typeof studioSettings>> & Record<string, unknown>;
export type Block = Record<string, unknown>;

/** Facts of an environment. */
export const facts: ScriptFacts = {
  environment: "fraud-dev",
  tags: { "cloister:environment": "fraud-dev", "cloister:owner": "ml@bank.example" },
  needsVolumeKey: true,
  allowsDownloads: false,
  region: "eu-central-1",
  vpcId: "vpc-0123456789abcdef0",
  subnetIds: ["subnet-00000000000000001", "subnet-00000000000000002"],
  securityGroupIds: ["sg-0123456789abcdef0"],
  dataKeyArn: "arn:aws:kms:eu-central-1:111122223333:key/0000",
  jobVolumeKeyArn: "arn:aws:kms:eu-central-1:111122223333:key/1111",
  dataBucketName: "fraud-dev-data-bucket",
  modelBucketName: "fraud-dev-models-bucket",
};

const account = "111122223333";
export const key = (name: string) => `arn:aws:kms:${REGION}:${account}:key/${name}`;
export const role = (name: string) => `arn:aws:iam::${account}:role/${name}`;
export const imageUri = `${account}.dkr.ecr.${REGION}.amazonaws.com/studio@sha256:${"a".repeat(64)}`;
export const types = {
  domain: "aws:sagemaker/domain:Domain",
  profile: "aws:sagemaker/userProfile:UserProfile",
  space: "aws:sagemaker/space:Space",
  start: "aws:sagemaker/studioLifecycleConfig:StudioLifecycleConfig",
  notebook: "aws:sagemaker/notebookInstance:NotebookInstance",
  onStart: "aws:sagemaker/notebookInstanceLifecycleConfiguration:NotebookInstanceLifecycleConfiguration",
  image: "aws:sagemaker/image:Image",
  version: "aws:sagemaker/imageVersion:ImageVersion",
  config: "aws:sagemaker/appImageConfig:AppImageConfig",
  projects: "aws:sagemaker/servicecatalogPortfolioStatus:ServicecatalogPortfolioStatus",
  portfolio: "aws:servicecatalog/principalPortfolioAssociation:PrincipalPortfolioAssociation",
};

const network = {
  vpcId: "vpc-1",
  subnetIds: ["subnet-1", "subnet-2"],
  workloadSecurityGroupId: "sg-workload",
};
const data = { dataKeyArn: key("data"), dataBucketName: "data" };

/** Creates Studio and the notebook instances under mocks. */
export async function createStudio(
  input: StudioInput,
  { name = "fraud-dev", ...overrides }: { subnetIds?: string[]; name?: string; existingExecutionRoleArn?: string } = {},
): Promise<World> {
  const world = await useMocks({ project: "it", stack: "it", config: {} });
  const settings = studioSettings().parse(input);
  const { subnetIds = network.subnetIds } = overrides;
  const args = {
    settings,
    members: studioMembers(settings),
    facts: scriptFacts({
      ...network,
      ...data,
      subnetIds,
      environment: "fraud-dev",
      tags: facts.tags,
      needsVolumeKey: true,
      allowsDownloads: false,
      region: REGION,
      jobVolumeKeyArn: key("data"),
      modelBucketName: "models",
    }),
    keyArn: key("volumes"),
  };
  /** One value for each profile, if the setting requires separate values. */
  const perProfile = (isSet: boolean, valueOf: (profile: string) => string) =>
    isSet ? Object.fromEntries(settings.profiles.map((profile) => [profile.name, valueOf(profile.name)])) : {};
  const studio = new Studio(name, {
    ...args,
    ...network,
    ...data,
    ...overrides,
    securityGroupId: "sg-studio",
    profileSecurityGroupIds: perProfile(settings.securityGroupPerProfile, (profile) => `sg-${profile}`),
    executionRoleArn: role("execution"),
    profileRoleArns: perProfile(settings.executionRole === "per-person", role),
  });
  const roleArns = Object.fromEntries(settings.notebooks.map((notebook) => [notebook.name, role(`notebook-${notebook.name}`)]));
  if (settings.notebooks.length > 0) new Notebooks(name, { ...args, ...network, owners: [], subnetIds, region: REGION, roleArns });
  await waitForRegistrations();
  created = studio;
  return world;
}

let created: Studio | undefined;

/** The output of Studio with these settings, parsed. */
export async function sharedSpaceDefaults(input: StudioInput): Promise<Record<string, Block>> {
  await createStudio(input);
  const json = await new Promise<string>((resolve) => created!.sharedSpaceDefaults.apply(resolve));
  return JSON.parse(json) as Record<string, Block>;
}

export const domainOf = (world: World) => resourceOf(world, types.domain, "fraud-dev-domain").inputs;
export const userOf = (world: World) => domainOf(world).defaultUserSettings as Block;
export const profileOf = (world: World, name: string) => resourceOf(world, types.profile, `fraud-dev-profile-${name}`).inputs;
export const idleOf = (app: unknown) => ((app as Block).appLifecycleManagement as { idleSettings: Block }).idleSettings;
/** The script in a property, decompressed if necessary. */
export function decoded({ inputs }: Registered, property: string): string {
  const text = Buffer.from(String(inputs[property]), "base64").toString("utf8");
  const packed = /gzip -d\n([\w+/=]+)\nEND/.exec(text)?.[1];
  return packed ? gunzipSync(Buffer.from(packed, "base64")).toString("utf8") : text;
}

/** Roles that are associated with the portfolio, by association name. */
export function associatedRoles(world: World): Record<string, unknown> {
  return Object.fromEntries(
    ofType(world, types.portfolio).map(({ name, inputs: { principalArn, ...rest } }) => {
      assert.deepEqual(rest, { portfolioId: "port-0a1b2c3d4e5f6", principalType: "IAM" });
      return [name, principalArn];
    }),
  );
}
