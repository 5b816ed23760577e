// Implements analyzers of IAM Access Analyzer. They find nothing.
import { AwsError } from "../aws-error";
import { type Context, nativeService, type Operation } from "../service";
import { pageOf } from "./page";

type Item = Record<string, unknown>;

interface Analyzer extends Item {
  name: string;
  arn: string;
  type: string;
  tags: Record<string, string>;
}

interface State {
  /** By name. */
  analyzers: Record<string, Analyzer>;
}
type Analyzers = Context<State>;

const missing = (message: string) => new AwsError("ResourceNotFoundException", message, 404);
const invalid = (message: string) => new AwsError("ValidationException", message);

function analyzerOf({ state }: Analyzers, name: unknown): Analyzer {
  const analyzer = state.analyzers[String(name)];
  if (!analyzer) throw missing(`The analyzer ${String(name)} was not found.`);
  return analyzer;
}

function tagged({ state }: Analyzers, arn: unknown): Analyzer {
  const analyzer = Object.values(state.analyzers).find((item) => item.arn === arn);
  if (!analyzer) throw missing(`The resource ${String(arn)} was not found.`);
  return analyzer;
}

const mostTags = 50;
const tagsFit = (tags: Record<string, string>) => {
  if (Object.keys(tags).length > mostTags) throw invalid("A resource can have at most 50 tags.");
};

const operations: Record<string, Operation<State>> = {
  /** Source: AWS API `CreateAnalyzer`; IAM "IAM Access Analyzer quotas": one analyzer of each type in an account and region. */
  CreateAnalyzer({ analyzerName, type, configuration, tags = {} }, context) {
    const { state, caller, partition } = context;
    const name = String(analyzerName);
    const kind = String(type);
    if (!kind.startsWith("ACCOUNT")) throw invalid("You must create an organization to create an organization analyzer.");
    const member = kind === "ACCOUNT_UNUSED_ACCESS" ? "unusedAccess" : kind === "ACCOUNT_INTERNAL_ACCESS" ? "internalAccess" : undefined;
    if (configuration !== undefined && (member === undefined || !(member in (configuration as object))))
      throw invalid(`The configuration is not valid for an analyzer of type ${kind}.`);
    const age = ((configuration as { unusedAccess?: { unusedAccessAge?: number } } | undefined)?.unusedAccess ?? {}).unusedAccessAge;
    if (age !== undefined && (age < 1 || age > 365)) throw invalid("The unused access age must be from 1 to 365 days.");
    if (state.analyzers[name]) throw new AwsError("ConflictException", `An analyzer with the name ${name} already exists.`, 409);
    if (Object.values(state.analyzers).some((analyzer) => analyzer.type === kind))
      throw new AwsError("ServiceQuotaExceededException", `The account has the maximum number of analyzers of type ${kind}.`, 402);
    tagsFit(tags as Record<string, string>);
    const arn = `arn:${partition}:access-analyzer:${caller.region}:${caller.account}:analyzer/${name}`;
    const created = new Date(context.now() * 1000).toISOString();
    state.analyzers[name] = {
      name,
      arn,
      type: kind,
      status: "ACTIVE",
      createdAt: created,
      tags: { ...(tags as Record<string, string>) },
      ...(kind === "ACCOUNT_UNUSED_ACCESS" && { configuration: { unusedAccess: { unusedAccessAge: age ?? 90 } } }),
    };
    return { arn };
  },
  GetAnalyzer: ({ analyzerName }, context) => ({ analyzer: analyzerOf(context, analyzerName) }),
  ListAnalyzers({ type, maxResults, nextToken }, { state }) {
    const all = Object.values(state.analyzers).filter((analyzer) => type === undefined || analyzer.type === type);
    const { items, next } = pageOf(all, maxResults ?? 50, nextToken);
    return { analyzers: items, nextToken: next };
  },
  DeleteAnalyzer({ analyzerName }, context) {
    delete context.state.analyzers[analyzerOf(context, analyzerName).name];
    return {};
  },
  ListTagsForResource: ({ resourceArn }, context) => ({ tags: tagged(context, resourceArn).tags }),
  TagResource({ resourceArn, tags }, context) {
    const analyzer = tagged(context, resourceArn);
    const next = { ...analyzer.tags, ...(tags as Record<string, string>) };
    tagsFit(next);
    analyzer.tags = next;
    return {};
  },
  UntagResource({ resourceArn, tagKeys }, context) {
    const analyzer = tagged(context, resourceArn);
    analyzer.tags = Object.fromEntries(Object.entries(analyzer.tags).filter(([key]) => !(tagKeys as string[]).includes(key)));
    return {};
  },
};

export const accessanalyzer = nativeService<State>({
  scope: "access-analyzer",
  model: "accessanalyzer",
  violation: { code: "ValidationException" },
  initial: () => ({ analyzers: {} }),
  operations,
  leftovers: ({ analyzers }) => Object.keys(analyzers).map((id) => ({ type: "Analyzer", id })),
});
