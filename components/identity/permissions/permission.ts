// Helpers for the policy statements of roles. Pure.
import { type Permission, type Statement } from "../../aws/policy-document";
import { type EnvironmentFacts, type PeopleNetwork } from "./facts";

export const allow = (about: string, statement: Omit<Statement, "Effect">): Permission => ({
  about,
  statement: { ...statement, Effect: "Allow" },
});
/** Adds the prefix `sagemaker:` to the names of actions. */
export const sagemaker = (...names: string[]) => names.map((name) => `sagemaker:${name}`);

type Condition = NonNullable<Statement["Condition"]>;
type Vpcs = Pick<EnvironmentFacts, "entranceVpcIds">;

/** Condition for calls through the environment's VPC endpoints, together with other values that must be equal. */
export const throughVpc = ({ entranceVpcIds }: Vpcs, equals: Condition[string] = {}): Condition => ({
  StringEquals: { ...equals, "aws:SourceVpc": entranceVpcIds },
});

/** Condition for reads of what users write inside, such as logs: through the VPC endpoints, unless users read from anywhere. */
export const whereUsersRead = (facts: Vpcs, network: PeopleNetwork, equals: Condition[string] = {}): Pick<Statement, "Condition"> =>
  network === "vpc"
    ? { Condition: throughVpc(facts, equals) }
    : Object.keys(equals).length > 0
      ? { Condition: { StringEquals: equals } }
      : {};

/** End of the description of a read under `whereUsersRead`. */
export const fromWhere = (network: PeopleNetwork) => (network === "vpc" ? ", only through the environment's VPC endpoints" : "");

type EnvironmentName = Pick<EnvironmentFacts, "environment">;
/** Conditions for the environment's tag: in a request that creates a resource, or on an existing resource. */
export const requestTag = ({ environment }: EnvironmentName) => ({
  StringEquals: { "aws:RequestTag/cloister:environment": environment },
});
export const resourceTag = ({ environment }: EnvironmentName) => ({
  StringEquals: { "aws:ResourceTag/cloister:environment": environment },
});
