// Validates the settings of products against the settings of Studio and of the network. Pure.
import { closest } from "fastest-levenshtein";
import { limits, randomSuffix } from "../aws/limits";
import { setCommand, setListCommand } from "../stack/fix-command";
import { type Planned, type Problem } from "../stack/preflight";
import { notebookInstanceTypes } from "../studio/instance-types";
import { type StudioMember } from "../studio/members";
import { type StudioSettings } from "../studio/settings";
import { type CatalogSettings, type NotebookProductSettings } from "./settings";

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

/** Planned products. Empty without products. */
export interface CatalogPlan {
  notebooks?: NotebookProduct;
}

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

const networkProblems = ({ features, addedEndpoints, isClosed, paths }: CatalogRequest): Problem[] => [
  ...(features.includes("notebooks")
    ? []
    : [
        {
          setting: `${paths.catalog}.notebooks`,
          text: `requires the network feature 'notebooks' (got ${features.join(", ")}). Fix: ${setListCommand(`${paths.network}.features`, [...features, "notebooks"])}`,
        },
      ]),
  ...(!isClosed || addedEndpoints.includes("servicecatalog")
    ? []
    : [
        {
          setting: `${paths.catalog}.notebooks`,
          text: `requires the endpoint 'servicecatalog', because users work only from the network (got ${addedEndpoints.join(", ") || "no added endpoints"}). Fix: ${setCommand(`${paths.network}.endpoints.add[${addedEndpoints.length}]`, "servicecatalog")}`,
        },
      ]),
];

/** The products of the environment, and all problems with the settings. */
export function planCatalog(request: CatalogRequest): Planned<CatalogPlan> {
  const settings = request.settings.notebooks;
  if (!settings) return { plan: {}, problems: [] };
  const owners = ownersOf(request, settings);
  return {
    plan: { notebooks: { settings, owners } },
    problems: [
      ...typeProblems(request, settings),
      ...ownerProblems(request, owners),
      ...roleNameProblems(request, owners),
      ...nameProblems(request),
      ...sizeProblems(request, settings),
      ...networkProblems(request),
    ],
  };
}
