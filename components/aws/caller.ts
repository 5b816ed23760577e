// Describes callers that cannot deploy. Pure.

/** Kinds of callers that are neither a role nor a user. */
const otherCallers: [RegExp, string][] = [
  [/:iam::\d{12}:root$/, "the root user"],
  [/:sts::\d{12}:federated-user\//, "a federated user"],
];

/** `the root user` or `a federated user`, which no policy can exempt; undefined for roles and users. */
export const otherCaller = (arn: string): string | undefined => otherCallers.find(([form]) => form.test(arn))?.[1];

/** Why the ARN of the deploying role is unknown. The ARN of a session lacks the path of the role. */
export const deployRoleText = (sessionArn: string) =>
  `The deploying role must be allowed to read itself, because the ARN of its session has no path (got ${sessionArn}). Fix: allow the role iam:GetRole on its own ARN.`;
