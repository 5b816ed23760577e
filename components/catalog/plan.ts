// Validates the settings of products against the settings of Studio and of the network. Pure.
import { closest } from "fastest-levenshtein";
import { limits, randomSuffix } from "../aws/limits";
import { setCommand, setListCommand } from "../stack/fix-command";
import { type Planned, type Problem } from "../stack/preflight";
import { notebookInstanceTypes, templateInstanceTypes } from "../studio/instance-types";
import { type StudioMember } from "../studio/members";
import { type StudioSettings } from "../studio/settings";
import { launchedSpaceName } from "./project/user-profile";
import { type CatalogSettings, type NotebookProductSettings, type UserProfileProductSettings } from "./settings";

export interface CatalogRequest {
  /** `fraud-dev` */
  environment: string;
  settings: CatalogSettings;
  studio: StudioSettings;
  members: readonly StudioMember[];
  /** Network features. */
  features: readonly string[];
  /** The setting `network.endpoints.add`. */
  addedEndpoints: readonly string[];
  /** Whether users work only through the environment's VPC endpoints. */
  isClosed: boolean;
  /** Paths of the settings, `cloister-environment:catalog`. */
  paths: { catalog: string; studio: string; network: string };
}

/** A member who can own notebook instances of the product, with the instance types that the product offers. */
export interface PlannedOwner {
  member: StudioMember;
  instanceTypes: string[];
  idleMinutes: number;
}

/** The product notebook instance. */
export interface NotebookProduct {
  settings: NotebookProductSettings;
  owners: PlannedOwner[];
}

/** A member who launches the user profile of this member, with the instance types that the space can have. */
export interface LaunchedProfile {
  member: StudioMember;
  instanceTypes: string[];
  defaultInstanceType: string;
}

/** Planned products. Empty without products. */
export interface CatalogPlan {
  notebooks?: NotebookProduct;
  /** The product Studio user profile and space, by profile. */
  userProfiles?: LaunchedProfile[];
}

export const hasProducts = ({ notebooks, userProfiles }: CatalogPlan): boolean => notebooks !== undefined || userProfiles !== undefined;

/** The members whose user profiles the deployment creates. */
export const deployedMembers = (members: readonly StudioMember[], { userProfiles = [] }: CatalogPlan): StudioMember[] =>
  members.filter(({ profile }) => !userProfiles.some(({ member }) => member.profile === profile));

/** Source: AWS CloudFormation quotas, "Mapping attributes". */
const maxOwners = 200;

/** Start of the names of product notebook instances, after the name of the environment. */
const reservedName = /^catalog-/i;

const ownersOf = ({ members }: CatalogRequest, settings: NotebookProductSettings): PlannedOwner[] =>
  members.map((member) => ({
    member,
    instanceTypes: member.instanceTypes.filter(
      (type) => notebookInstanceTypes.includes(type) && (settings.instanceTypes ?? member.instanceTypes).includes(type),
    ),
    idleMinutes: settings.idleMinutes ?? member.idleMinutes,
  }));

const typeProblems = ({ studio, paths }: CatalogRequest, { instanceTypes = [] }: NotebookProductSettings): Problem[] =>
  instanceTypes.flatMap((type) => {
    const setting = `${paths.catalog}.notebooks.instanceTypes`;
    if (!studio.instanceTypes.includes(type))
      return [
        {
          setting,
          text: `must use instance types of '${paths.studio}.instanceTypes': ${studio.instanceTypes.join(", ")} (got ${type}). Fix: use one of these instance types, or add '${type}' to '${paths.studio}.instanceTypes'.`,
        },
      ];
    if (notebookInstanceTypes.includes(type)) return [];
    return [
      {
        setting,
        text: `must be an instance type of notebook instances (got ${type}). Did you mean '${closest(type, notebookInstanceTypes)}'? Fix: use one of the types in the AWS API reference, InstanceType.`,
      },
    ];
  });

/** A user without instance types could launch nothing. */
const ownerProblems = ({ paths, studio }: CatalogRequest, owners: readonly PlannedOwner[]): Problem[] => [
  ...owners.flatMap(({ member, instanceTypes }, i) =>
    instanceTypes.length > 0
      ? []
      : [
          {
            setting: `${paths.catalog}.notebooks.instanceTypes`,
            text:
              `must contain an instance type of notebook instances that the profile '${member.profile}' can use (got none of ${member.instanceTypes.join(", ")}). ` +
              `Fix: add one of ${studio.instanceTypes.filter((type) => notebookInstanceTypes.includes(type)).join(", ") || "the types in the AWS API reference, InstanceType"} to '${paths.studio}.profiles[${i}].instanceTypes' and to this list`,
          },
        ],
  ),
  ...(owners.length > maxOwners
    ? [
        {
          setting: `${paths.studio}.profiles`,
          text: `must have at most ${maxOwners} profiles with '${paths.catalog}.notebooks' (got ${owners.length}): AWS CloudFormation limits the mapping of owners. Fix: remove profiles, or remove the product`,
        },
      ]
    : []),
];

/** The name of a profile is part of the name of its role. */
function roleNameProblems({ environment, paths }: CatalogRequest, owners: readonly PlannedOwner[]): Problem[] {
  const most = limits.roleName.value - randomSuffix - `${environment}-notebooks-`.length;
  return owners.flatMap(({ member: { profile } }, i) =>
    profile.length <= most
      ? []
      : [
          {
            setting: `${paths.studio}.profiles[${i}].name`,
            text:
              `must have at most ${most} characters with '${paths.catalog}.notebooks' (got '${profile}', ${profile.length} characters): ` +
              `the role ${environment}-notebooks-<name> and ${randomSuffix} random characters must have at most ${limits.roleName.value}. Fix: shorten it`,
          },
        ],
  );
}

const nameProblems = ({ studio, paths }: CatalogRequest): Problem[] =>
  studio.notebooks.flatMap(({ name }, i) =>
    reservedName.test(name)
      ? [
          {
            setting: `${paths.studio}.notebooks[${i}].name`,
            text: `must not begin with 'catalog-', which products use (got '${name}'). Fix: choose another name`,
          },
        ]
      : [],
  );

const sizeProblems = ({ paths }: CatalogRequest, { volumeGb }: NotebookProductSettings): Problem[] =>
  volumeGb.default <= volumeGb.maximum
    ? []
    : [
        {
          setting: `${paths.catalog}.notebooks.volumeGb.default`,
          text: `must not exceed '${paths.catalog}.notebooks.volumeGb.maximum', ${volumeGb.maximum} (got ${volumeGb.default}). Fix: lower it, or raise the maximum.`,
        },
      ];

const endpointProblems = ({ addedEndpoints, isClosed, paths }: CatalogRequest, product: keyof CatalogSettings): Problem[] =>
  !isClosed || addedEndpoints.includes("servicecatalog")
    ? []
    : [
        {
          setting: `${paths.catalog}.${product}`,
          text: `requires the endpoint 'servicecatalog', because users work only from the network (got ${addedEndpoints.join(", ") || "no added endpoints"}). Fix: ${setCommand(`${paths.network}.endpoints.add[${addedEndpoints.length}]`, "servicecatalog")}`,
        },
      ];

const featureProblems = ({ features, paths }: CatalogRequest, product: keyof CatalogSettings, feature: string): Problem[] =>
  features.includes(feature)
    ? []
    : [
        {
          setting: `${paths.catalog}.${product}`,
          text: `requires the network feature '${feature}' (got ${features.join(", ")}). Fix: ${setListCommand(`${paths.network}.features`, [...features, feature])}`,
        },
      ];

function planNotebooks(request: CatalogRequest, settings: NotebookProductSettings): Planned<NotebookProduct> {
  const owners = ownersOf(request, settings);
  return {
    plan: { settings, owners },
    problems: [
      ...typeProblems(request, settings),
      ...ownerProblems(request, owners),
      ...roleNameProblems(request, owners),
      ...nameProblems(request),
      ...sizeProblems(request, settings),
      ...featureProblems(request, "notebooks", "notebooks"),
      ...endpointProblems(request, "notebooks"),
    ],
  };
}

/** Names of profiles that do not exist. */
const unknownProfileProblems = ({ members, paths }: CatalogRequest, { profiles }: UserProfileProductSettings): Problem[] =>
  profiles.flatMap((name, i) => {
    const known = members.map(({ profile }) => profile);
    if (known.includes(name)) return [];
    return [
      {
        setting: `${paths.catalog}.userProfiles.profiles[${i}]`,
        text: `must be the name of a profile in '${paths.studio}.profiles' (got '${name}'). Did you mean '${closest(name, known)}'? Fix: add the profile, or name another one`,
      },
    ];
  });

/** CloudFormation cannot set every property of a profile and a space that the provider can set. */
function launchedProfileProblems(request: CatalogRequest, { member, instanceTypes }: LaunchedProfile): Problem[] {
  const { environment, studio, members, paths } = request;
  const { profile } = member;
  const i = members.indexOf(member);
  const path = `${paths.studio}.profiles[${i}]`;
  const product = `'${paths.catalog}.userProfiles'`;
  const role = `${environment}-launch-profile-`;
  const most = limits.roleName.value - randomSuffix - role.length;
  const problem = (applies: boolean, setting: string, text: string): Problem[] => (applies ? [{ setting, text }] : []);
  return [
    ...problem(
      instanceTypes.length === 0,
      `${path}.instanceTypes`,
      `must contain an instance type that AWS CloudFormation supports for spaces with ${product} (got none in ${member.instanceTypes.join(", ")}). Fix: add one of ${studio.instanceTypes.filter((type) => templateInstanceTypes.includes(type)).join(", ") || "ml.t3.medium, ml.m5.large"}, or remove the profile from the product`,
    ),
    ...problem(
      member.idleMinutes !== studio.idleMinutes,
      `${path}.idleMinutes`,
      `must be '${paths.studio}.idleMinutes', ${studio.idleMinutes}, with ${product} (got ${member.idleMinutes}): AWS CloudFormation cannot set the idle time of a profile. Fix: remove it, or remove the profile from the product`,
    ),
    ...problem(
      profile.length > most,
      `${path}.name`,
      `must have at most ${most} characters with ${product} (got '${profile}', ${profile.length} characters): the role ${role}<name> and ${randomSuffix} random characters must have at most ${limits.roleName.value}. Fix: shorten it`,
    ),
    ...studio.spaces.flatMap(({ name, owner }, at) => [
      ...problem(
        owner === profile,
        `${paths.studio}.spaces[${at}].owner`,
        `must be a profile that the deployment creates (got '${owner}', a profile of ${product}). Fix: remove the space, or remove the profile from the product`,
      ),
      ...problem(
        name.toLowerCase() === launchedSpaceName(profile).toLowerCase(),
        `${paths.studio}.spaces[${at}].name`,
        `must not be the name of the space of '${profile}', a profile of ${product} (got '${name}'). Fix: choose another name`,
      ),
    ]),
  ];
}

function planUserProfiles(request: CatalogRequest, settings: UserProfileProductSettings): Planned<LaunchedProfile[]> {
  const launched = request.members
    .filter(({ profile }) => settings.profiles.includes(profile))
    .map((member): LaunchedProfile => {
      const instanceTypes = member.instanceTypes.filter((type) => templateInstanceTypes.includes(type));
      const isOffered = instanceTypes.includes(member.defaultInstanceType);
      return { member, instanceTypes, defaultInstanceType: isOffered ? member.defaultInstanceType : instanceTypes[0]! };
    });
  return {
    plan: launched,
    problems: [
      ...unknownProfileProblems(request, settings),
      ...launched.flatMap((profile) => launchedProfileProblems(request, profile)),
      ...featureProblems(request, "userProfiles", "studio"),
      ...endpointProblems(request, "userProfiles"),
    ],
  };
}

/** The products of the environment, and all problems with the settings. */
export function planCatalog(request: CatalogRequest): Planned<CatalogPlan> {
  const { notebooks, userProfiles } = request.settings;
  const planned = {
    ...(notebooks && { notebooks: planNotebooks(request, notebooks) }),
    ...(userProfiles && { userProfiles: planUserProfiles(request, userProfiles) }),
  };
  return {
    plan: {
      ...(planned.notebooks && { notebooks: planned.notebooks.plan }),
      ...(planned.userProfiles && { userProfiles: planned.userProfiles.plan }),
    },
    problems: Object.values(planned).flatMap(({ problems }) => problems),
  };
}
