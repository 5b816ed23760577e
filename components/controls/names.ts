// Defines the names that the stack and the functions share. Pure.

/** Environment variables of the evaluator. */
export const variables = {
  mode: "CLOISTER_CONTROLS_MODE",
  dedicated: "CLOISTER_CONTROLS_DEDICATED",
  historyBucket: "CLOISTER_CONTROLS_HISTORY_BUCKET",
  topicArn: "CLOISTER_CONTROLS_TOPIC_ARN",
  securityHub: "CLOISTER_CONTROLS_SECURITY_HUB",
} as const;

export const modes = ["observe", "correct"] as const;
export type Mode = (typeof modes)[number];

/** The tag of a noncompliant resource, and the only tag that the evaluator can set. */
export const findingTag = "cloister:finding";
