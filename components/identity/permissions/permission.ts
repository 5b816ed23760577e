// How the statements of roles are written. Pure.
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

/** SageMaker actions from names without prefix. */
export const sagemaker = (...names: string[]) => names.map((name) => `sagemaker:${name}`);

type EnvironmentName = Pick<EnvironmentFacts, "environment">;
/** Conditions for resources that get, or have, the tag of the environment. */
export const requestTag = ({ environment }: EnvironmentName) => ({
  StringEquals: { "aws:RequestTag/cloister:environment": environment },
});
export const resourceTag = ({ environment }: EnvironmentName) => ({
  StringEquals: { "aws:ResourceTag/cloister:environment": environment },
});
