// Implements the hub of AWS Security Hub CSPM, and imports findings. It has no standards and no members.
import { AwsError } from "../aws-error";
import { type Context, nativeService, type Operation } from "../service";

type Item = Record<string, unknown>;

interface State {
  hub?: { subscribedAt: string; autoEnableControls: boolean; generator: string };
  /** Imported findings by their ID. */
  findings: Record<string, Item>;
}
type SecurityHub = Context<State>;

const arnOf = ({ partition, caller }: SecurityHub) => `arn:${partition}:securityhub:${caller.region}:${caller.account}:hub/default`;

function hubOf({ state, caller }: SecurityHub): NonNullable<State["hub"]> {
  if (!state.hub) throw new AwsError("InvalidAccessException", `Account ${caller.account} is not subscribed to AWS Security Hub`, 401);
  return state.hub;
}

/** Why a finding is not imported. Source: AWS Security Hub "Requirements for using BatchImportFindings". */
function importError({ ProductArn, AwsAccountId }: Item, { partition, caller }: SecurityHub): string | undefined {
  const product = `arn:${partition}:securityhub:${caller.region}:${caller.account}:product/${caller.account}/default`;
  if (ProductArn !== product) return `Finding has an invalid product ARN ${String(ProductArn)}.`;
  return AwsAccountId === caller.account ? undefined : `Finding has an invalid account ${String(AwsAccountId)}.`;
}

const operations: Record<string, Operation<State>> = {
  EnableSecurityHub({ ControlFindingGenerator }, { state, caller, now }) {
    if (state.hub) throw new AwsError("ResourceConflictException", `Account ${caller.account} is already subscribed to Security Hub`, 409);
    state.hub = {
      subscribedAt: new Date(now() * 1000).toISOString(),
      autoEnableControls: true,
      generator: String(ControlFindingGenerator ?? "SECURITY_CONTROL"),
    };
    return {};
  },
  DescribeHub({ HubArn }, context) {
    const { subscribedAt, autoEnableControls, generator } = hubOf(context);
    if (HubArn !== undefined && HubArn !== arnOf(context)) throw new AwsError("InvalidInputException", `Invalid hub ARN ${String(HubArn)}`);
    return {
      HubArn: arnOf(context),
      SubscribedAt: subscribedAt,
      AutoEnableControls: autoEnableControls,
      ControlFindingGenerator: generator,
    };
  },
  UpdateSecurityHubConfiguration({ AutoEnableControls, ControlFindingGenerator }, context) {
    const hub = hubOf(context);
    if (AutoEnableControls !== undefined) hub.autoEnableControls = AutoEnableControls === true;
    if (ControlFindingGenerator !== undefined) hub.generator = String(ControlFindingGenerator);
    return {};
  },
  DisableSecurityHub(_input, context) {
    hubOf(context);
    delete context.state.hub;
    return {};
  },
  BatchImportFindings({ Findings }, context) {
    hubOf(context);
    const failed = (Findings as Item[]).flatMap((finding) => {
      const reason = importError(finding, context);
      if (reason !== undefined) return [{ Id: finding.Id, ErrorCode: "InvalidInput", ErrorMessage: reason }];
      context.state.findings[String(finding.Id)] = finding;
      return [];
    });
    return { FailedCount: failed.length, SuccessCount: (Findings as Item[]).length - failed.length, FailedFindings: failed };
  },
};

export const securityhub = nativeService<State>({
  scope: "securityhub",
  model: "securityhub",
  violation: { code: "InvalidInputException" },
  initial: () => ({ findings: {} }),
  operations,
  leftovers: ({ hub }) => (hub ? [{ type: "Hub", id: "default" }] : []),
});
