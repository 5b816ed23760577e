// Helpers for the policy statements of roles. Pure.
import { type AwsContext } from "../../aws/context";
import { type Permission, type Statement } from "../../aws/policy-document";
import { type EnvironmentFacts, type PeopleNetwork } from "./facts";

export const allow = (about: string, statement: Omit<Statement, "Effect">): Permission => ({
  about,
  statement: { ...statement, Effect: "Allow" },
});
/** Denies actions with resources of other accounts, for the permissions boundary of roles that Cloister runs code with. */
export const onlyThisAccount = (about: string, Action: string[], { accountId }: Pick<AwsContext, "accountId">): Permission => ({
  about,
  statement: {
    Sid: "OnlyThisAccount",
    Effect: "Deny",
    Action,
    Resource: "*",
    Condition: { StringNotEquals: { "aws:ResourceAccount": accountId } },
  },
});
/** Adds the prefix `sagemaker:` to the names of actions. */
export const sagemaker = (...names: string[]) => names.map((name) => `sagemaker:${name}`);

type Condition = NonNullable<Statement["Condition"]>;
type Vpcs = Pick<EnvironmentFacts, "entranceVpcIds">;

/** Condition for calls through the environment's VPC endpoints, together with other values that must be equal. */
export const throughVpc = ({ entranceVpcIds }: Vpcs, equals: Condition[string] = {}): Condition => ({
  StringEquals: { ...equals, "aws:SourceVpc": entranceVpcIds },
});

/** Condition for reads of user data such as logs: the VPC endpoints, unless `people.network` is `anywhere`. */
export const whereUsersRead = (facts: Vpcs, network: PeopleNetwork, equals: Condition[string] = {}): Pick<Statement, "Condition"> =>
  network === "vpc"
    ? { Condition: throughVpc(facts, equals) }
    : Object.keys(equals).length > 0
      ? { Condition: { StringEquals: equals } }
      : {};

/** A condition, together with the VPC endpoints unless `network` is `anywhere`. */
export const within = ({ entranceVpcIds }: Vpcs, network: PeopleNetwork, condition: Condition): Condition =>
  network === "vpc" ? { ...condition, StringEquals: { ...condition.StringEquals, "aws:SourceVpc": entranceVpcIds } } : condition;

/** Approval statuses that builders of models can set. */
export const unapproved = ["PendingManualApproval", "Rejected"] as const;

/** Suffix for the `about` of a permission with the condition `whereUsersRead`. */
export const fromWhere = (network: PeopleNetwork) => (network === "vpc" ? ", only through the environment's VPC endpoints" : "");

type Tags = Pick<EnvironmentFacts, "tags">;

/** Tags that a request must have: they decide which environment, team and owner a resource belongs to. */
const requiredTags = ["cloister:environment", "cloister:team", "cloister:owner"];

const requested = (tags: [string, string][]) => Object.fromEntries(tags.map(([key, value]) => [`aws:RequestTag/${key}`, value]));

const isRequired = ([key]: [string, string]) => requiredTags.includes(key);
/** Keys of the environment's tags, of the tag of a user profile, and of the tags that SageMaker and its SDK add. */
const onlyOwnKeys = ({ tags }: Tags): Condition => ({
  "ForAllValues:StringLike": { "aws:TagKeys": [...Object.keys(tags), "cloister:person", "sagemaker:*", "sagemaker-sdk:*"] },
});

/** Condition for the tags that a request must have. */
export const requestTag = ({ tags }: Tags) => ({ StringEquals: requested(Object.entries(tags).filter(isRequired)) });

/** Condition for a request that creates a resource: the required tags, and no text that the caller chooses. */
export const creationTags = ({ tags }: Tags): Condition => ({
  ...onlyOwnKeys({ tags }),
  ...requestTag({ tags }),
  StringEqualsIfExists: requested(Object.entries(tags).filter((tag) => !isRequired(tag))),
});

/** Condition for tags that SageMaker adds on creation, for example to a space: no text that the caller chooses. */
export const onlyOwnTags = ({ tags }: Tags): Condition => ({
  ...onlyOwnKeys({ tags }),
  StringEqualsIfExists: requested(Object.entries(tags)),
});

type EnvironmentName = Pick<EnvironmentFacts, "environment">;
/** Condition for the environment's tag on an existing resource. */
export const resourceTag = ({ environment }: EnvironmentName) => ({
  StringEquals: { "aws:ResourceTag/cloister:environment": environment },
});
