// Implements IAM Identity Center instances: whether an account has an instance. An instance has no users.
import { AwsError } from "../aws-error";
import { type Context, type Operation, nativeService } from "../service";
import { pageOf } from "./page";

type Item = Record<string, unknown>;

interface State {
  /** Instances by ARN. At most one instance exists. */
  instances: Record<string, Item>;
}

/** AWS does not disclose whether an instance exists. */
function instanceOf({ state, caller }: Context<State>, arn: unknown): Item {
  const instance = state.instances[String(arn)];
  if (!instance) throw new AwsError("AccessDeniedException", `User: ${caller.arn} is not authorized to access ${String(arn)}`);
  return instance;
}

const operations: Record<string, Operation<State>> = {
  CreateInstance({ Name }, context) {
    const { state, caller, partition } = context;
    if (Object.keys(state.instances).length > 0)
      throw new AwsError("ConflictException", "This account already has an instance of IAM Identity Center.");
    const InstanceArn = `arn:${partition}:sso:::instance/${context.id("ssoins-", 16)}`;
    state.instances[InstanceArn] = {
      InstanceArn,
      IdentityStoreId: context.id("d-", 10),
      OwnerAccountId: caller.account,
      ...(Name === undefined ? {} : { Name }),
      CreatedDate: context.now(),
      Status: "ACTIVE",
    };
    return { InstanceArn };
  },
  DescribeInstance: ({ InstanceArn }, context) => instanceOf(context, InstanceArn),
  DeleteInstance({ InstanceArn }, context) {
    delete context.state.instances[String(instanceOf(context, InstanceArn).InstanceArn)];
    return {};
  },
  ListInstances({ MaxResults, NextToken }, { state }) {
    const { items, next } = pageOf(Object.values(state.instances), MaxResults, NextToken);
    return { Instances: items, NextToken: next };
  },
};

export const ssoadmin = nativeService<State>({
  scope: "sso",
  model: "sso-admin",
  claims: ({ headers }) => (headers["x-amz-target"] ?? "").startsWith("SWBExternalService"),
  violation: { code: "ValidationException" },
  initial: () => ({ instances: {} }),
  operations,
  leftovers: (state) => Object.keys(state.instances).map((id) => ({ type: "Instance", id })),
});
