// Validates the settings of AWS Config against the recorder of the account and region. Pure.
import { type AwsContext } from "../../aws/context";
import { removeCommand, setCommand } from "../../stack/fix-command";
import { type Planned, type Problem } from "../../stack/preflight";
import { type ConfigFindings, type FoundRecorder, serviceRoleName } from "./lookup";
import { managedRules, type ManagedRule } from "./rules";
import { type ConfigSettings } from "./settings";

export interface ConfigPlan {
  /** The recorder to create. */
  recorder?: { name: string; frequency: ConfigSettings["frequency"]; globalTypes: boolean; roleArn: string; readerArns: readonly string[] };
  rules: readonly ManagedRule[];
}

export interface ConfigRequest {
  context: AwsContext;
  /** Name of the core stack. */
  name: string;
  settings: ConfigSettings;
  /** Path of the settings, `cloister-core:audit.config`. */
  path: string;
}

export const recorderName = (name: string) => `${name}-recorder`;
export const channelName = (name: string) => `${name}-channel`;

const startCommand = (recorder: string) => `aws configservice start-configuration-recorder --configuration-recorder-name ${recorder}`;

/** Types that the rules for SageMaker evaluate at changes. */
const evaluatedTypes = ["AWS::SageMaker::Domain", "AWS::SageMaker::Model", "AWS::SageMaker::NotebookInstance"];

function existingProblems({ name, path, settings, context }: ConfigRequest, found: FoundRecorder | undefined): Planned<undefined> {
  const setting = `${path}.existingRecorder`;
  const problem = (text: string): Planned<undefined> => ({ plan: undefined, problems: [{ setting, text }] });
  if (!settings.rules)
    return problem(`must not be true without '${path}.rules', because the stack would create nothing. Fix: ${removeCommand(path)}`);
  if (!found)
    return problem(
      `requires a recorder of AWS Config in account ${context.accountId} and ${context.region} (got none). Fix: ${removeCommand(setting)}, and the stack creates a recorder`,
    );
  if (found.name === recorderName(name))
    return problem(`must not be true for ${found.name}, which this stack created. Fix: ${removeCommand(setting)}`);
  if (!found.isRecording)
    return problem(`requires a recorder that records (got ${found.name}, which is stopped). Fix: ${startCommand(found.name)}`);
  const missing = found.recordsAllTypes ? [] : evaluatedTypes.filter((type) => !found.types.includes(type));
  return {
    plan: undefined,
    problems: [],
    warnings:
      missing.length === 0
        ? []
        : [
            {
              setting,
              text: `names recorder ${found.name}, which may not record ${missing.join(", ")}, so the rules for these types may evaluate nothing. Fix: add the types to the recorder`,
            },
          ],
  };
}

function createdProblems(
  { name, path, context, settings }: ConfigRequest,
  { recorder, channel, hasServiceRole }: ConfigFindings,
): Problem[] {
  const problems: Problem[] = [];
  const scope = `account ${context.accountId} and ${context.region}`;
  if (recorder && recorder.name !== recorderName(name))
    problems.push({
      setting: path,
      text: `must not create a second recorder: AWS Config accepts one in ${scope} (got ${recorder.name}). Fix: ${setCommand(`${path}.existingRecorder`, "true")}`,
    });
  else if (channel !== undefined && channel !== channelName(name))
    problems.push({
      setting: path,
      text: `must not create a second delivery channel: AWS Config accepts one in ${scope} (got ${channel}, without a recorder). Fix: aws configservice delete-delivery-channel --delivery-channel-name ${channel}`,
    });
  else if (!hasServiceRole)
    problems.push({
      setting: path,
      text: `requires the role ${serviceRoleName}, with which AWS Config reads resources. Fix: aws iam create-service-linked-role --aws-service-name config.amazonaws.com`,
    });
  for (const [i, arn] of settings.readerArns.entries())
    if (arn.split(":")[4] !== context.accountId)
      problems.push({
        setting: `${path}.readerArns[${i}]`,
        text: `must be a role or user of account ${context.accountId} (got ${arn}). Fix: ${removeCommand(`${path}.readerArns[${i}]`)}`,
      });
  return problems;
}

/** Plans the recorder and the rules, and reports all problems with the settings. */
export function planConfig(request: ConfigRequest, findings: ConfigFindings): Planned<ConfigPlan> {
  const { settings, context, name, path } = request;
  const { existingRecorder, rules, frequency, globalTypes, readerArns } = settings;
  const offered = managedRules.filter(({ absentIn }) => !absentIn.includes(context.region));
  const absent = managedRules.filter((rule) => !offered.includes(rule));
  const existing = existingRecorder ? existingProblems(request, findings.recorder) : undefined;
  const roleArn = `arn:${context.partition}:iam::${context.accountId}:role/aws-service-role/config.amazonaws.com/${serviceRoleName}`;
  return {
    plan: {
      ...(!existingRecorder && { recorder: { name: recorderName(name), frequency, globalTypes, roleArn, readerArns } }),
      rules: rules ? offered : [],
    },
    problems: existing?.problems ?? createdProblems(request, findings),
    warnings: [
      ...(existing?.warnings ?? []),
      ...(rules && absent.length > 0
        ? [
            {
              setting: `${path}.rules`,
              text: `creates no rule ${absent.map(({ identifier }) => identifier).join(", ")}, which AWS Config does not offer in ${context.region}.`,
            },
          ]
        : []),
    ],
  };
}
