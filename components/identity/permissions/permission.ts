// Helpers for the policy statements of roles. Pure.
import { type Permission, type Statement } from "../../aws/policy-document";
import { type EnvironmentFacts } from "./facts";

export const allow = (about: string, statement: Omit<Statement, "Effect">): Permission => ({
  about,
  statement: { ...statement, Effect: "Allow" },
});
export const deny = (about: string, statement: Omit<Statement, "Effect">): Permission => ({
  about,
  statement: { ...statement, Effect: "Deny" },
});

/** Adds the prefix `sagemaker:` to the names of actions. */
export const sagemaker = (...names: string[]) => names.map((name) => `sagemaker:${name}`);

type EnvironmentName = Pick<EnvironmentFacts, "environment">;
/** Conditions for the environment's tag: in a request that creates a resource, or on an existing resource. */
export const requestTag = ({ environment }: EnvironmentName) => ({
  StringEquals: { "aws:RequestTag/cloister:environment": environment },
});
export const resourceTag = ({ environment }: EnvironmentName) => ({
  StringEquals: { "aws:ResourceTag/cloister:environment": environment },
});
