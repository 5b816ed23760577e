// Creates notebook instances, user profiles and spaces with the calls that CloudFormation makes, so that a stack meets the rules of SageMaker.
// Source of the properties: CloudFormation registry schemas (@aws-cdk/aws-service-spec 0.1.216).
import { AwsError } from "../../aws-error";
import { type Cloud, type Kind, type StackContext, type Tag, tagsOf } from "./kind";
import { type Properties } from "./template";

const sagemaker = ({ asClient }: Cloud, operation: string, input: Properties) => asClient("sagemaker", operation, input);

const pick = (properties: Properties, names: readonly string[]): Properties =>
  Object.fromEntries(names.filter((name) => name in properties).map((name) => [name, properties[name]]));

/** CloudFormation accepts numbers and Booleans as texts. Members with numbers, at any depth. */
const numeric = new Set(["VolumeSizeInGB", "EbsVolumeSizeInGb", "IdleTimeoutInMinutes", "ImageVersionNumber"]);
const isNumeric = (name: string) => numeric.has(name) || /^(Default|Maximum|Min|Max)\w+(InGb|InMinutes)$/.test(name);

function asInput(value: unknown, name = ""): unknown {
  if (Array.isArray(value)) return value.map((item) => asInput(item, name));
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, value]) => [key, asInput(value, key)]));
  return typeof value === "string" && isNumeric(name) && value.trim() !== "" ? Number(value) : value;
}

/** Makes the tags of a resource those of the template. */
async function setTags(cloud: Cloud, ResourceArn: string, before: readonly Tag[], after: readonly Tag[]): Promise<void> {
  const removed = before.map(({ Key }) => Key).filter((key) => !after.some(({ Key }) => Key === key));
  const added = after.filter(({ Key, Value }) => !before.some((tag) => tag.Key === Key && tag.Value === Value));
  if (added.length > 0) await sagemaker(cloud, "AddTags", { ResourceArn, Tags: added });
  if (removed.length > 0) await sagemaker(cloud, "DeleteTags", { ResourceArn, TagKeys: removed });
}

const isMissing = (error: unknown): boolean =>
  error instanceof AwsError && /ResourceNotFound|RecordNotFound/.test(error.code + error.message);

/** Waits until a deletion is complete. A deleted resource is missing after a few answers. */
async function untilMissing(describe: () => Promise<unknown>): Promise<void> {
  try {
    for (;;) await describe();
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

/** CloudFormation reports a resource that no longer exists as deleted. Source: CloudFormation CLI "Resource type handler contract". */
async function whenExists(remove: () => Promise<void>): Promise<void> {
  try {
    await remove();
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

const notebookProperties = [
  ...["AcceleratorTypes", "AdditionalCodeRepositories", "DefaultCodeRepository", "DirectInternetAccess"],
  ...["InstanceMetadataServiceConfiguration", "InstanceType", "KmsKeyId", "LifecycleConfigName", "NotebookInstanceName"],
  ...["PlatformIdentifier", "RoleArn", "RootAccess", "SecurityGroupIds", "SubnetId", "Tags", "VolumeSizeInGB"],
];
const notebookUpdates = [
  ...["AcceleratorTypes", "AdditionalCodeRepositories", "DefaultCodeRepository", "InstanceMetadataServiceConfiguration"],
  ...["InstanceType", "LifecycleConfigName", "RoleArn", "RootAccess", "VolumeSizeInGB"],
];
/** Members of an update that remove what the properties no longer contain. */
const notebookRemovals: Record<string, string> = {
  AcceleratorTypes: "DisassociateAcceleratorTypes",
  AdditionalCodeRepositories: "DisassociateAdditionalCodeRepositories",
  DefaultCodeRepository: "DisassociateDefaultCodeRepository",
  LifecycleConfigName: "DisassociateLifecycleConfig",
};

const notebookName = ({ id }: { id: string }): string => id.split("/").at(-1)!;
const notebookStatus = async (cloud: Cloud, NotebookInstanceName: string): Promise<unknown> =>
  (await sagemaker(cloud, "DescribeNotebookInstance", { NotebookInstanceName })).NotebookInstanceStatus;

async function stopNotebook(cloud: Cloud, NotebookInstanceName: string): Promise<boolean> {
  const runs = (await notebookStatus(cloud, NotebookInstanceName)) === "InService";
  if (runs) await sagemaker(cloud, "StopNotebookInstance", { NotebookInstanceName });
  return runs;
}

const notebook: Kind = {
  properties: notebookProperties,
  required: ["InstanceType", "RoleArn"],
  createOnly: ["DirectInternetAccess", "KmsKeyId", "NotebookInstanceName", "PlatformIdentifier", "SecurityGroupIds", "SubnetId"],
  name: ["NotebookInstanceName"],
  async create(properties, stackContext) {
    const { cloud, logicalId } = stackContext;
    const NotebookInstanceName = properties.NotebookInstanceName ?? cloud.id(`${logicalId}-`);
    const input = { ...(asInput(properties) as Properties), NotebookInstanceName, Tags: tagsOf(properties, stackContext) };
    const { NotebookInstanceArn } = await sagemaker(cloud, "CreateNotebookInstance", input);
    await notebookStatus(cloud, String(NotebookInstanceName));
    const id = String(NotebookInstanceArn);
    return { id, attributes: { NotebookInstanceArn: id, NotebookInstanceName: String(NotebookInstanceName) } };
  },
  async update(resource, properties, { cloud, ...stackContext }) {
    const { NotebookInstanceName } = resource.attributes;
    const removed = Object.keys(notebookRemovals).filter((name) => !(name in properties) && name in resource.properties);
    const input = {
      ...(asInput(pick(properties, notebookUpdates)) as Properties),
      ...Object.fromEntries(removed.map((name) => [notebookRemovals[name], true])),
    };
    const ran = await stopNotebook(cloud, NotebookInstanceName!);
    try {
      await sagemaker(cloud, "UpdateNotebookInstance", { NotebookInstanceName, ...input });
    } finally {
      if (ran) await sagemaker(cloud, "StartNotebookInstance", { NotebookInstanceName });
    }
    await setTags(cloud, resource.id, tagsOf(resource.properties, resource), tagsOf(properties, stackContext));
  },
  async remove(resource, cloud) {
    const NotebookInstanceName = notebookName(resource);
    await whenExists(async () => {
      await stopNotebook(cloud, NotebookInstanceName);
      await sagemaker(cloud, "DeleteNotebookInstance", { NotebookInstanceName });
    });
    await untilMissing(() => notebookStatus(cloud, NotebookInstanceName));
  },
};

const profileOf = ({ properties: { DomainId, UserProfileName } }: { properties: Properties }): Properties => ({
  DomainId,
  UserProfileName,
});

const userProfile: Kind = {
  properties: ["DomainId", "SingleSignOnUserIdentifier", "SingleSignOnUserValue", "Tags", "UserProfileName", "UserSettings"],
  required: ["DomainId", "UserProfileName"],
  createOnly: ["DomainId", "SingleSignOnUserIdentifier", "SingleSignOnUserValue", "UserProfileName"],
  name: ["DomainId", "UserProfileName"],
  async create(properties, stackContext) {
    const { cloud } = stackContext;
    const input = { ...(asInput(properties) as Properties), Tags: tagsOf(properties, stackContext) };
    const { UserProfileArn } = await sagemaker(cloud, "CreateUserProfile", input);
    await sagemaker(cloud, "DescribeUserProfile", profileOf({ properties }));
    // Source: registry schema `primaryIdentifier`. CloudFormation joins the parts of an identifier.
    const id = `${String(properties.UserProfileName)}|${String(properties.DomainId)}`;
    return { id, attributes: { UserProfileArn: String(UserProfileArn) } };
  },
  async update(resource, properties, { cloud, ...stackContext }) {
    const profile = profileOf({ properties });
    await sagemaker(cloud, "UpdateUserProfile", { ...profile, UserSettings: asInput(properties.UserSettings ?? {}) });
    await sagemaker(cloud, "DescribeUserProfile", profile);
    await setTags(cloud, resource.attributes.UserProfileArn!, tagsOf(resource.properties, resource), tagsOf(properties, stackContext));
  },
  async remove(resource, cloud) {
    const profile = profileOf(resource);
    await whenExists(async () => void (await sagemaker(cloud, "DeleteUserProfile", profile)));
    await untilMissing(() => sagemaker(cloud, "DescribeUserProfile", profile));
  },
};

const spaceOf = ({ properties: { DomainId, SpaceName } }: { properties: Properties }): Properties => ({ DomainId, SpaceName });

/** The settings of an update. SageMaker rejects the app type, even the same one. */
async function settingsOf(cloud: Cloud, properties: Properties): Promise<Properties> {
  const { AppType, ...others } = (properties.SpaceSettings ?? {}) as Properties;
  const { SpaceSettings } = await sagemaker(cloud, "DescribeSpace", spaceOf({ properties }));
  return AppType === (SpaceSettings as Properties | undefined)?.AppType ? others : { AppType, ...others };
}

const space: Kind = {
  properties: ["DomainId", "OwnershipSettings", "SpaceDisplayName", "SpaceName", "SpaceSettings", "SpaceSharingSettings", "Tags"],
  required: ["DomainId", "SpaceName"],
  createOnly: ["DomainId", "OwnershipSettings", "SpaceName", "SpaceSharingSettings"],
  name: ["DomainId", "SpaceName"],
  async create(properties, stackContext: StackContext) {
    const { cloud } = stackContext;
    const input = { ...(asInput(properties) as Properties), Tags: tagsOf(properties, stackContext) };
    const { SpaceArn } = await sagemaker(cloud, "CreateSpace", input);
    const { Url } = await sagemaker(cloud, "DescribeSpace", spaceOf({ properties }));
    const id = `${String(properties.DomainId)}|${String(properties.SpaceName)}`;
    return { id, attributes: { SpaceArn: String(SpaceArn), Url: String(Url) } };
  },
  async update(resource, properties, { cloud, ...stackContext }) {
    const { SpaceDisplayName } = properties;
    const SpaceSettings = asInput(await settingsOf(cloud, properties));
    await sagemaker(cloud, "UpdateSpace", { ...spaceOf(resource), SpaceDisplayName, SpaceSettings });
    await sagemaker(cloud, "DescribeSpace", spaceOf(resource));
    await setTags(cloud, resource.attributes.SpaceArn!, tagsOf(resource.properties, resource), tagsOf(properties, stackContext));
  },
  async remove(resource, cloud) {
    await whenExists(async () => void (await sagemaker(cloud, "DeleteSpace", spaceOf(resource))));
    await untilMissing(() => sagemaker(cloud, "DescribeSpace", spaceOf(resource)));
  },
};

export const sagemakerTypes: Record<string, Kind> = {
  "AWS::SageMaker::NotebookInstance": notebook,
  "AWS::SageMaker::Space": space,
  "AWS::SageMaker::UserProfile": userProfile,
};
