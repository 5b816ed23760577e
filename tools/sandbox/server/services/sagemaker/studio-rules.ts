// Rules of AWS for settings of domains, profiles and spaces, and for their updates. AWS documents no error texts where no source is named.
import { invalid, type Item } from "./state";

export type Settings =
  | (Partial<Record<`${string}AppSettings`, AppSettings>> & {
      ExecutionRole?: string;
      SecurityGroups?: string[];
      SpaceStorageSettings?: { DefaultEbsStorageSettings?: { DefaultEbsVolumeSizeInGb?: number; MaximumEbsVolumeSizeInGb?: number } };
    })
  | undefined;

export interface AppSettings {
  DefaultResourceSpec?: { LifecycleConfigArn?: string; SageMakerImageArn?: string };
  LifecycleConfigArns?: string[];
  BuiltInLifecycleConfigArn?: string;
  AppLifecycleManagement?: { IdleSettings?: Record<string, number | string> };
  CustomImages?: { ImageName: string; ImageVersionNumber?: number; AppImageConfigName: string }[];
}

/** The default idle time must be within the limits for users. */
export function idleTimeFits({ AppLifecycleManagement }: AppSettings): void {
  const { IdleTimeoutInMinutes, MinIdleTimeoutInMinutes, MaxIdleTimeoutInMinutes } = AppLifecycleManagement?.IdleSettings ?? {};
  const minutes = Number(IdleTimeoutInMinutes);
  if (minutes < Number(MinIdleTimeoutInMinutes) || minutes > Number(MaxIdleTimeoutInMinutes))
    throw invalid("IdleTimeoutInMinutes must be between MinIdleTimeoutInMinutes and MaxIdleTimeoutInMinutes.");
}

/** The default size of volumes must not exceed their maximum. */
export function defaultVolumeFits(settings: Settings): void {
  const { DefaultEbsVolumeSizeInGb, MaximumEbsVolumeSizeInGb } = settings?.SpaceStorageSettings?.DefaultEbsStorageSettings ?? {};
  if (Number(DefaultEbsVolumeSizeInGb) > Number(MaximumEbsVolumeSizeInGb))
    throw invalid("DefaultEbsVolumeSizeInGb must not exceed MaximumEbsVolumeSizeInGb.");
}

/**
 * What AWS rejects in an update of a domain.
 * Source: AWS API `UpdateDomain`; error texts: hashicorp/terraform-provider-aws issues 45528, 39923 and 31912.
 */
export function domainUpdateFits(domain: Item, input: Record<string, unknown>, hasApps: boolean): void {
  const { AppNetworkAccessType: access, VpcId, SubnetIds, AppSecurityGroupManagement, DomainSettingsForUpdate } = input;
  if (access === "VpcOnly" && (VpcId === undefined || SubnetIds === undefined))
    throw invalid("VpcId and Subnet IDs are required for updating domains to VpcOnly mode.");
  if (VpcId !== undefined && VpcId !== domain.VpcId) throw invalid(`The VPC of Domain [${String(domain.DomainArn)}] cannot be changed.`);
  const { RStudioServerProDomainSettings } = (domain.DomainSettings ?? {}) as { RStudioServerProDomainSettings?: unknown };
  if (AppSecurityGroupManagement !== undefined && RStudioServerProDomainSettings === undefined)
    throw invalid("AppSecurityGroupManagement can only be set for Rstudio enabled domains.");
  const { ExecutionRoleIdentityConfig: oldIdentity } = (domain.DomainSettings ?? {}) as { ExecutionRoleIdentityConfig?: unknown };
  const { ExecutionRoleIdentityConfig: identity } = (DomainSettingsForUpdate ?? {}) as { ExecutionRoleIdentityConfig?: unknown };
  const needsStop =
    (access !== undefined && access !== domain.AppNetworkAccessType) ||
    (identity !== undefined && identity !== (oldIdentity ?? "DISABLED")) ||
    (SubnetIds !== undefined && (domain.SubnetIds as string[]).some((subnet) => !(SubnetIds as string[]).includes(subnet)));
  if (needsStop && hasApps)
    throw invalid(
      `Unable to update Domain [${String(domain.DomainArn)}] with InService App. ` +
        "Delete all InService apps in the domain including shared Apps for [domain-shared] User Profile, and try again.",
    );
}

export interface SpaceSettings {
  AppType?: string;
  SpaceStorageSettings?: { EbsStorageSettings?: { EbsVolumeSizeInGb?: number } };
}

/** The first value that is set in settings, most specific first. */
export const firstOf = <T>(settings: readonly Settings[], value: (of: Settings) => T | undefined): T | undefined =>
  settings.map(value).find((found) => found !== undefined);

const volumeOf = (settings: unknown): number | undefined =>
  (settings as SpaceSettings | undefined)?.SpaceStorageSettings?.EbsStorageSettings?.EbsVolumeSizeInGb;

/** A volume has at most the maximum size in the settings for its space, most specific first. */
export function volumeFits(limits: readonly Settings[], settings: unknown): void {
  const size = volumeOf(settings);
  const maximum = firstOf(limits, (of) => of?.SpaceStorageSettings?.DefaultEbsStorageSettings?.MaximumEbsVolumeSizeInGb);
  if (size !== undefined && maximum !== undefined && size > maximum)
    throw invalid(`EbsVolumeSizeInGb ${size} exceeds MaximumEbsVolumeSizeInGb ${maximum}.`);
}

/**
 * What AWS rejects in an update of a space.
 * Source: AWS API `UpdateSpace`; error text: boto/boto3 issue 4375; volumes: AWS, "Amazon EBS storage".
 */
export function spaceUpdateFits(space: Item, settings: SpaceSettings | undefined): void {
  if (settings?.AppType !== undefined) throw invalid("Updating AppType for Space is not supported.");
  const [size, oldSize] = [volumeOf(settings), volumeOf(space.SpaceSettings)];
  if (size !== undefined && oldSize !== undefined && size < oldSize)
    throw invalid(`EbsVolumeSizeInGb cannot be decreased from ${oldSize} to ${size}.`);
}
