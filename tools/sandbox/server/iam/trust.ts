// Evaluates which principals a trust policy allows to assume the role.
import { allows, servicePrincipals, statementsOf } from "./policy";
import { type Caller } from "../service";

/** Whether a trust policy lets a caller assume the role. */
export const trustsCaller = (policy: string, caller: Pick<Caller, "account" | "arn">): boolean =>
  allows(statementsOf(policy) ?? [], caller, "sts:AssumeRole");

/** Whether a trust policy names an AWS service, e.g. `sagemaker.amazonaws.com`. */
export const trustsService = (policy: string, service: string): boolean =>
  (statementsOf(policy) ?? []).some((statement) => statement.Effect === "Allow" && servicePrincipals(statement).includes(service));
