// Reads the settings files that the template of `cloister bootstrap` depends on, and validates them as the projects do.
import { parseSettings } from "@cloister/components/stack/config";
import { inStack } from "@cloister/components/stack/fix-command";
import { problemText } from "@cloister/components/stack/preflight";
import { type SettingsSchema } from "@cloister/components/stack/schema";
import { type EnvironmentSettings, environmentSettings, standaloneEnvironmentSettings } from "@cloister/environment/settings";
import { targetSettings, type TargetSettings } from "@cloister/target-accounts/settings";
import { configOf, type StackPlan } from "../stacks";
import { UsageError } from "../usage-error";

const schemas: Record<string, SettingsSchema> = {
  "cloister-environment": environmentSettings.extend(standaloneEnvironmentSettings),
  "cloister-target-accounts": targetSettings,
};

export interface BootstrapSettings {
  environment: EnvironmentSettings;
  target: TargetSettings;
  /** `aws:region` of the target accounts. */
  region?: string;
}

/** Whether Pulumi encrypted a value, or a part of it. */
const isSecret = (value: unknown): boolean =>
  typeof value === "object" && value !== null && ("secure" in value || Object.values(value).some(isSecret));

/** The settings of a stack, or all problems with them. A secret cannot be validated, because only Pulumi decrypts it. */
function read(plan: StackPlan, config: Record<string, unknown>, needed: readonly string[]): { problems: string[]; value?: unknown } {
  const namespace = plan.project;
  const schema = schemas[namespace]!;
  const settings = Object.entries(config).flatMap(([name, value]) =>
    name.startsWith(`${namespace}:`) ? [[name.slice(namespace.length + 1), value] as const] : [],
  );
  const secrets = settings.flatMap(([key, value]) => (isSecret(value) ? [key] : []));
  const raw = settings.flatMap(([key, value]) =>
    secrets.includes(key) ? [] : [[key, typeof value === "string" ? value : JSON.stringify(value)] as const],
  );
  const unread = Object.fromEntries(secrets.filter((key) => key in schema.shape).map((key) => [key, true] as const));
  const { problems, value } = parseSettings(namespace, schema.partial(unread), Object.fromEntries(raw));
  return {
    value,
    problems: [
      ...problems.map((problem) => inStack(problemText(problem), plan)),
      ...secrets
        .filter((key) => needed.includes(key))
        .map((key) => `'${namespace}:${key}' must not be a secret, because the template of the deploy role contains it.`),
    ],
  };
}

/** The validated settings of a stage and its environment. Errors: one `UsageError` with all problems. */
export function readBootstrapSettings(target: StackPlan, environment: StackPlan): BootstrapSettings {
  const config = configOf(target);
  const targetRead = read(target, config, ["environmentStack", "stage", "accounts", "deployRoleName", "externalId", "network"]);
  const environmentRead = read(environment, configOf(environment), ["team", "stage", "deployRoleArns"]);
  const problems = [...targetRead.problems, ...environmentRead.problems];
  if (problems.length > 0)
    throw new UsageError(
      `Cannot create the template. Nothing was deployed. Fix these settings:${problems.map((problem) => `\n  - ${problem}`).join("")}`,
    );
  const region = config["aws:region"];
  return {
    target: targetRead.value as TargetSettings,
    environment: environmentRead.value as EnvironmentSettings,
    ...(region !== undefined && { region: String(region) }),
  };
}
