// The form of the recorded events.
import * as path from "node:path";

export const recordingFile = path.join(__dirname, "..", "recorded", "control-events.json");

/** An answer of SageMaker to the evaluator. */
export interface RecordedAnswer {
  operation: string;
  input: Record<string, unknown>;
  status: number;
  body: Record<string, unknown>;
}

/** Events by the name of the case: the record of CloudTrail, and the state change of SageMaker if the type has one. */
export type RecordedEvents = Record<string, { event: Record<string, unknown>; answers: RecordedAnswer[] }[]>;
