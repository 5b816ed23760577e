import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { accountBoundary, type BoundaryRoom, environmentBoundary } from "./boundary";
import { type FeatureName } from "../network/catalogue";
import { featureRights, haveRights } from "./features";
import { type GuardrailChoice } from "./guardrails";
import { lookAtRoles } from "./lookup";
import { identityProblems, type IdentityRequest } from "./plan";
import {
  administratorRights,
  capturePrefix,
  type EnvironmentFacts,
  executionRights,
  lifecycleRights,
  type ModelFacts,
  modelRights,
  notebookRights,
  pipelineRights,
  scientistRights,
  teamAdministratorRights,
  type WorkRoles,
} from "./rights";
import { type Bringable, type ExistingRoles, type PeopleSettings } from "./settings";
import { documentOf, type Right } from "../aws/policy-document";
import { type Place } from "../aws/context";
import { rolePath, rolesAt } from "./role-path";
import { personTrust, type PersonRole, sagemakerTrust, switchRoleUrl } from "./trust-policy";

export { whereabouts } from "../aws/lookup";
export { type Place } from "../aws/context";
export { rolePath, rolesAt } from "./role-path";
export { type EnvironmentFacts } from "./rights";

/** Looks at roles and people that are there, and tells what is in the way. */
export const prepareIdentity = async (request: IdentityRequest): Promise<string[]> => identityProblems(request, await lookAtRoles(request));

/** The limit of roles: a managed policy. */
abstract class BoundaryPolicy extends pulumi.ComponentResource {
  /** `arn:…:policy/…` */
  readonly arn: pulumi.Output<string>;

  protected constructor(
    type: string,
    name: string,
    args: { description: string; policy: pulumi.Input<string> },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super(type, name, {}, opts);
    this.arn = new aws.iam.Policy(`${name}-boundary`, args, { parent: this }).arn;
    this.registerOutputs({ arn: this.arn });
  }
}

/** The limit of an account's roles that belong to no environment, or are brought to one. */
export class Boundary extends BoundaryPolicy {
  constructor(name: string, { place }: { place: Place }, opts?: pulumi.ComponentResourceOptions) {
    const description = "The most that any role of Cloister in this account may do";
    super("cloister:identity:Boundary", name, { description, policy: documentOf(accountBoundary(place)) }, opts);
  }
}

export interface EnvironmentBoundaryArgs {
  place: Place;
  environment: string;
  choice: GuardrailChoice;
  /** `subnet-…` */
  subnetIds: pulumi.Input<string>[];
  /** `sg-…` */
  securityGroupIds: pulumi.Input<string>[];
  /** Key of the volumes of jobs, `arn:…:key/…`. */
  keyArn: pulumi.Input<string>;
  /** Keys of buckets, under which jobs leave results, `arn:…:key/…`. */
  resultKeyArns: pulumi.Input<string>[];
  /** `ml.m5.large` */
  instanceTypes: string[];
  /** What it lets through besides. */
  room: BoundaryRoom;
}

/** The limit of one environment's roles: its profile, with its own subnets, groups and key. */
export class EnvironmentBoundary extends BoundaryPolicy {
  constructor(name: string, args: EnvironmentBoundaryArgs, opts?: pulumi.ComponentResourceOptions) {
    const { place, environment, choice, instanceTypes, room } = args;
    const policy = pulumi
      .all([pulumi.all(args.subnetIds), pulumi.all(args.securityGroupIds), args.keyArn, pulumi.all(args.resultKeyArns)])
      .apply(([subnetIds, groups, keyArn, resultKeyArns]) =>
        documentOf(
          environmentBoundary(place, environment, choice, {
            subnetIds,
            securityGroupIds: [...new Set(groups)],
            keyArn,
            resultKeyArns: [...new Set(resultKeyArns)],
            instanceTypes,
            ...room,
          }),
        ),
      );
    super("cloister:identity:EnvironmentBoundary", name, { description: `The most that any role of ${environment} may do`, policy }, opts);
  }
}

interface RoleArgs {
  path: string;
  description: string;
  trust: string;
  permissionsBoundaryArn: pulumi.Input<string>;
  /** Seconds. */
  maxSessionDuration?: number;
}

const makeRole = (name: string, { trust, permissionsBoundaryArn, ...args }: RoleArgs, parent: pulumi.Resource) =>
  new aws.iam.Role(name, { ...args, assumeRolePolicy: trust, permissionsBoundary: permissionsBoundaryArn }, { parent });

/**
 * Gives a role its rights, and those of a policy that several roles share: what is in a role has an end of its own. The ARN is known only when it has them, because SageMaker tries a role at once.
 */
function grant(
  role: aws.iam.Role,
  name: string,
  rights: pulumi.Input<Right[]>,
  parent: pulumi.Resource,
  shared?: aws.iam.Policy,
): pulumi.Output<string> {
  const policy = new aws.iam.RolePolicy(`${name}-policy`, { role: role.id, policy: pulumi.output(rights).apply(documentOf) }, { parent });
  const attachment = shared && new aws.iam.RolePolicyAttachment(`${name}-features`, { role: role.name, policyArn: shared.arn }, { parent });
  return pulumi.all([role.arn, policy.id, attachment?.id]).apply(([arn]) => arn);
}

/** Facts of an environment that are known when its network, keys and buckets are. */
export type Facts = {
  [K in keyof EnvironmentFacts]: pulumi.Input<EnvironmentFacts[K] extends string[] ? pulumi.Input<string>[] : EnvironmentFacts[K]>;
};

export interface WorkRolesArgs {
  place: Place;
  environment: string;
  permissionsBoundaryArn: pulumi.Input<string>;
  facts: Facts;
  /** What the network is for. */
  features: FeatureName[];
  existing: ExistingRoles;
  /** People with an execution role each; empty: one for all. */
  people: string[];
  /** Names of notebook instances in the settings; SageMaker knows them with the environment's name in front. */
  notebooks: string[];
}

/**
 * Roles that touch data, under SageMaker only: execution (one for all, or one for each person, so that the trail tells who did what), pipeline, model, and one for each notebook instance.
 * In a path of their own, which keys and buckets name.
 * Source: AWS "SageMaker Roles"; NIST SP 800-53 AC-6.
 */
export class EnvironmentWorkRoles extends pulumi.ComponentResource {
  /** `arn:…:role/…`; with a role for each person, that of shared spaces and of whoever has none. */
  readonly executionRoleArn: pulumi.Output<string>;
  /** By person; empty when all share one. */
  readonly personRoleArns: Record<string, pulumi.Output<string>> = {};
  readonly pipelineRoleArn: pulumi.Output<string>;
  readonly modelRoleArn: pulumi.Output<string>;
  /** By notebook instance. */
  readonly notebookRoleArns: Record<string, pulumi.Output<string>> = {};

  constructor(name: string, args: WorkRolesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cloister:identity:WorkRoles", name, {}, opts);
    const { place, environment, permissionsBoundaryArn, existing } = args;
    const path = rolePath(place, environment, "work");
    const make = (role: string, description: string, trust = sagemakerTrust(place)) =>
      makeRole(`${name}-${role}`, { path, trust, permissionsBoundaryArn, description }, this);
    const facts = pulumi.output(args.facts) as pulumi.Output<EnvironmentFacts>;

    // Buckets let the pipeline role through from SageMaker's network. A job under it would hand its credentials to whoever wrote the job.
    const pipeline =
      existing.pipeline === undefined ? make("pipeline", `Pipelines of ${environment}`, sagemakerTrust(place, "pipeline/*")) : undefined;
    const model = existing.model === undefined ? make("model", `Models of ${environment} that answer requests`) : undefined;
    const pipelineRoleArn = pulumi.output(pipeline?.arn ?? existing.pipeline!);
    const modelRoleArn = pulumi.output(model?.arn ?? existing.model!);
    const features = this.featurePolicy(name, args);
    const handedOn = pulumi
      .all([pipelineRoleArn, modelRoleArn])
      .apply(([pipelineArn, modelArn]) => ({ pipelineRoleArn: pipelineArn, modelRoleArn: modelArn }));
    const execution = (role: string, description: string) => {
      const made = make(role, description);
      const rights = pulumi.all([facts, handedOn, made.arn]).apply(([known, roles, self]) => executionRights(known, roles, self));
      return { made, arn: grant(made, `${name}-${role}`, rights, this, features) };
    };
    const shared =
      existing.execution === undefined ? execution("execution", `People in Studio of ${environment}, and their jobs`) : undefined;
    this.executionRoleArn = shared?.arn ?? pulumi.output(existing.execution!);
    for (const person of args.people)
      this.personRoleArns[person] = execution(`execution-${person}`, `${person} in Studio of ${environment}, and their jobs`).arn;
    // Those of all people in one, for a policy has an end and a team has not.
    const ofPeople = args.people.length > 0 ? [rolesAt(place, `${path}${name}-execution-`)] : [];
    this.pipelineRoleArn = pipeline
      ? grant(
          pipeline,
          `${name}-pipeline`,
          pulumi
            .all([facts, shared?.made.arn ?? existing.execution!, modelRoleArn])
            .apply(([known, executionArn, modelArn]) => pipelineRights(known, [executionArn, ...ofPeople], modelArn)),
          this,
        )
      : pipelineRoleArn;
    this.modelRoleArn = model
      ? grant(
          model,
          `${name}-model`,
          facts.apply((known) =>
            modelRights({ ...known, bucketArns: [known.modelBucketArn], captureArn: `${known.dataBucketArn}/${capturePrefix}/*` }),
          ),
          this,
        )
      : modelRoleArn;
    for (const notebook of args.notebooks) {
      const role = make(`notebook-${notebook}`, `Notebook instance ${notebook} of ${environment}`);
      const rights = pulumi
        .all([facts, handedOn, role.arn])
        .apply(([known, roles, self]) => notebookRights(known, roles, self, `${environment}-${notebook}`));
      this.notebookRoleArns[notebook] = grant(role, `${name}-notebook-${notebook}`, rights, this, features);
    }
    this.registerOutputs({ executionRoleArn: this.executionRoleArn });
  }

  /** What the features of the network come with, for whoever works; nothing where none comes with any. */
  private featurePolicy(name: string, { place, environment, facts, features }: WorkRolesArgs): aws.iam.Policy | undefined {
    const policy = (pulumi.output(facts.entranceVpcIds) as pulumi.Output<string[]>).apply((entranceVpcIds) =>
      documentOf(featureRights({ ...place, environment, entranceVpcIds }, features)),
    );
    return haveRights(features)
      ? new aws.iam.Policy(
          `${name}-features`,
          { description: `What work in ${environment} may do besides SageMaker`, policy },
          { parent: this },
        )
      : undefined;
  }
}

/** What people are told of a role: ARN, name, and a link that changes to it in the console. */
export interface PersonRoleFacts {
  arn: pulumi.Output<string>;
  name: pulumi.Output<string>;
  switchRoleUrl: pulumi.Output<string>;
}

interface PeopleArgs {
  place: Place;
  people: PeopleSettings;
  permissionsBoundaryArn: pulumi.Input<string>;
}

const personDescriptions: Record<PersonRole, string> = {
  "data-science-administrator": "Cares for all environments of the hub; reads no data",
  "team-administrator": "Sees all, approves models, ends what runs; builds nothing and reads no data",
  "data-scientist": "Opens Studio, trains and registers models; never approves",
  lifecycle: "Ends what runs, before a change or the end of the environment",
};

/** Short forms for names of resources, where that of the role would be too long for IAM behind the longest name of a hub. */
const inNames: Partial<Record<PersonRole, string>> = { "data-science-administrator": "ds-admin" };

function personRole(
  name: string,
  role: PersonRole,
  path: string,
  rights: pulumi.Input<Right[]>,
  { place, people, permissionsBoundaryArn }: PeopleArgs,
  parent: pulumi.Resource,
): PersonRoleFacts {
  const resource = `${name}-${inNames[role] ?? role}`;
  const made = makeRole(
    resource,
    {
      path,
      description: personDescriptions[role],
      trust: personTrust(role, people, place),
      permissionsBoundaryArn,
      maxSessionDuration: people.sessionHours * 3600,
    },
    parent,
  );
  return {
    arn: grant(made, resource, rights, parent),
    name: made.name,
    switchRoleUrl: made.name.apply((roleName) => switchRoleUrl(place, { path, name: roleName }, `${name} ${role}`)),
  };
}

export interface EnvironmentPeopleArgs extends PeopleArgs {
  environment: string;
  facts: Facts;
  existing: ExistingRoles;
  /** `d-…` */
  domainId: pulumi.Input<string>;
  /** Roles that work is handed to, `arn:…:role/…`. */
  roles: { [K in keyof WorkRoles]: pulumi.Input<WorkRoles[K]> };
}

/**
 * Roles that people take on: the team's administrator, who approves; data scientists, who build and never approve; and whoever ends what runs.
 * None reads data: that is done in Studio and by jobs, under the roles of those.
 * Source: NIST SP 800-53 AC-5, AC-6, IA-2.
 */
export class EnvironmentPeople extends pulumi.ComponentResource {
  /** By role; without `signIn`, only those that were brought. */
  readonly roles: Record<string, Record<string, pulumi.Output<string>>> = {};

  constructor(name: string, args: EnvironmentPeopleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cloister:identity:People", name, {}, opts);
    const { existing, environment, place } = args;
    const known = pulumi.all([
      pulumi.output(args.facts) as pulumi.Output<EnvironmentFacts>,
      args.domainId,
      pulumi.output(args.roles) as pulumi.Output<WorkRoles>,
    ]);
    const rights: Record<
      Exclude<PersonRole, "data-science-administrator">,
      (facts: EnvironmentFacts, domainId: string, roles: WorkRoles) => Right[]
    > = {
      "team-administrator": teamAdministratorRights,
      "data-scientist": scientistRights,
      lifecycle: lifecycleRights,
    };
    for (const role of Object.keys(rights) as (keyof typeof rights)[]) {
      const brought = existing[role as Bringable];
      if (brought !== undefined) this.roles[role] = { arn: pulumi.output(brought) };
      else if (args.people.signIn !== "none")
        this.roles[role] = {
          ...personRole(
            name,
            role,
            rolePath(place, environment, "people"),
            known.apply(([facts, domainId, roles]) => rights[role](facts, domainId, roles)),
            args,
            this,
          ),
        };
    }
    this.registerOutputs();
  }
}

/** The administrator of data science in a hub: cares for all environments, reads no data and gives no rights. */
export class Administrator extends pulumi.ComponentResource {
  readonly role: PersonRoleFacts;

  constructor(name: string, args: PeopleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cloister:identity:Administrator", name, {}, opts);
    const role = "data-science-administrator";
    this.role = personRole(name, role, `/cloister/${args.place.region}/${name}/hub/`, administratorRights(args.place), args, this);
    this.registerOutputs();
  }
}

export interface ModelRoleArgs {
  place: Place;
  /** Path of the role, `/cloister/…/`, as keys and buckets know it. */
  path: string;
  permissionsBoundaryArn: pulumi.Input<string>;
  facts: {
    [K in keyof Omit<ModelFacts, keyof Place>]: pulumi.Input<ModelFacts[K] extends string[] ? pulumi.Input<string>[] : ModelFacts[K]>;
  };
}

/** The role that models of a target account answer requests under. */
export class ModelRole extends pulumi.ComponentResource {
  /** `arn:…:role/…`; known only when its policy is in place. */
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: ModelRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cloister:identity:ModelRole", name, {}, opts);
    const { place, path, permissionsBoundaryArn } = args;
    const role = makeRole(
      `${name}-model`,
      { path, description: "Models that answer requests", trust: sagemakerTrust(place), permissionsBoundaryArn },
      this,
    );
    const facts = pulumi.output(args.facts) as pulumi.Output<Omit<ModelFacts, keyof Place>>;
    this.arn = grant(
      role,
      `${name}-model`,
      facts.apply((known) => modelRights({ ...known, ...place })),
      this,
    );
    this.registerOutputs({ arn: this.arn });
  }
}
