// Implements the session of Amazon Macie. It finds nothing.
import { AwsError } from "../aws-error";
import { type Context, nativeService, type Operation } from "../service";

interface Session {
  status: string;
  frequency: string;
  createdAt: string;
  updatedAt: string;
}

interface State {
  session?: Session;
}

const isoNow = ({ now }: Context<State>) => new Date(now() * 1000).toISOString();

function sessionOf({ state }: Context<State>): Session {
  if (!state.session) throw new AwsError("AccessDeniedException", "Macie is not enabled.", 403);
  return state.session;
}

const operations: Record<string, Operation<State>> = {
  EnableMacie({ status, findingPublishingFrequency }, context) {
    if (context.state.session) throw new AwsError("ConflictException", "Macie has already been enabled.", 409);
    context.state.session = {
      status: String(status ?? "ENABLED"),
      frequency: String(findingPublishingFrequency ?? "FIFTEEN_MINUTES"),
      createdAt: isoNow(context),
      updatedAt: isoNow(context),
    };
    return {};
  },
  GetMacieSession(_input, context) {
    const { status, frequency, createdAt, updatedAt } = sessionOf(context);
    const serviceRole = `arn:${context.partition}:iam::${context.caller.account}:role/aws-service-role/macie.amazonaws.com/AWSServiceRoleForAmazonMacie`;
    return { status, findingPublishingFrequency: frequency, serviceRole, createdAt, updatedAt };
  },
  UpdateMacieSession({ status, findingPublishingFrequency }, context) {
    const session = sessionOf(context);
    if (status !== undefined) session.status = String(status);
    if (findingPublishingFrequency !== undefined) session.frequency = String(findingPublishingFrequency);
    session.updatedAt = isoNow(context);
    return {};
  },
  DisableMacie(_input, context) {
    sessionOf(context);
    delete context.state.session;
    return {};
  },
};

export const macie2 = nativeService<State>({
  scope: "macie2",
  model: "macie2",
  violation: { code: "ValidationException" },
  initial: () => ({}),
  operations,
  leftovers: ({ session }) => (session ? [{ type: "MacieSession", id: session.status }] : []),
});
