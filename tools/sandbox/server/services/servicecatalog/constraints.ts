// Constraints on the launches of a product from a portfolio.
import { isObject } from "@cloister/common";
import { AwsError } from "../../aws-error";
import { trustsService } from "../../iam";
import { type Rule } from "../cloudformation/template";
import {
  type Catalog,
  type Constraint,
  duplicate,
  invalid,
  type Item,
  missing,
  notFound,
  type Operations,
  ownPortfolio,
  page,
} from "./state";

function parsed(parameters: unknown): Record<string, unknown> {
  try {
    const value = JSON.parse(String(parameters)) as unknown;
    if (isObject(value)) return value;
  } catch {
    // The error is the same as for another JSON value.
  }
  throw invalid("Invalid parameters: the parameters of a constraint must be a JSON object.");
}

function hasOnly(value: Record<string, unknown>, ...allowed: string[]): void {
  const unknown = Object.keys(value).filter((name) => !allowed.includes(name));
  if (unknown.length > 0) throw invalid(`Invalid parameters: unknown properties [${unknown.join(", ")}]. Valid: ${allowed.join(", ")}.`);
}

/** The role that launches assume, in the account. Service Catalog must be able to assume it. */
export async function launchRole({ moto }: Catalog, account: string, role: { RoleArn?: string; LocalRoleName?: string }): Promise<string> {
  const named = role.LocalRoleName ?? role.RoleArn!;
  const denied = invalid(`Access denied while assuming the role ${named}`);
  const [owner, RoleName] = role.RoleArn === undefined ? [account, named] : [role.RoleArn.split(":")[4]!, role.RoleArn.split("/").at(-1)!];
  const answer = await moto("iam", "GetRole", { RoleName }, { account: owner }).catch((error: unknown) => {
    throw error instanceof AwsError && error.code === "NoSuchEntity" ? denied : error;
  });
  const { Arn, AssumeRolePolicyDocument } = answer.Role as { Arn: string; AssumeRolePolicyDocument: string };
  if (role.RoleArn !== undefined && Arn !== role.RoleArn) throw denied;
  if (!trustsService(decodeURIComponent(AssumeRolePolicyDocument), "servicecatalog.amazonaws.com")) throw denied;
  return Arn;
}

type Check = (parameters: Record<string, unknown>, context: Catalog) => Promise<unknown> | void;

const ruleFunctions = new Set(
  ["And", "Contains", "EachMemberEquals", "EachMemberIn", "Equals", "Not", "Or", "RefAll", "ValueOf", "ValueOfAll"].map(
    (name) => `Fn::${name}`,
  ),
);

/** Rules can use only the rule functions, and `Ref`. Source: AWS Service Catalog "Template constraint rules". */
function usesRuleFunctions(value: unknown): void {
  if (Array.isArray(value)) value.forEach(usesRuleFunctions);
  if (!isObject(value)) return;
  for (const [key, operand] of Object.entries(value)) {
    if (key !== "Ref" && !ruleFunctions.has(key)) throw invalid(`Invalid parameters: ${key} is not a rule function.`);
    usesRuleFunctions(operand);
  }
}

function rulesFit(rules: unknown): void {
  if (!isObject(rules) || Object.keys(rules).length === 0) throw invalid("Invalid parameters: Rules must be an object with rules.");
  for (const [name, rule] of Object.entries(rules)) {
    if (!isObject(rule) || !Array.isArray(rule.Assertions) || rule.Assertions.length === 0)
      throw invalid(`Invalid parameters: rule ${name} must have Assertions.`);
    hasOnly(rule, "RuleCondition", "Assertions");
    usesRuleFunctions(rule.RuleCondition);
    for (const assertion of rule.Assertions as unknown[]) {
      if (!isObject(assertion) || !("Assert" in assertion))
        throw invalid(`Invalid parameters: each assertion of rule ${name} must have an Assert.`);
      hasOnly(assertion, "Assert", "AssertDescription");
      usesRuleFunctions(assertion.Assert);
    }
  }
}

/** How the parameters of each type are checked. Source: AWS API `CreateConstraint`. */
const types: Record<string, Check> = {
  LAUNCH(parameters, context) {
    hasOnly(parameters, "RoleArn", "LocalRoleName");
    const { RoleArn, LocalRoleName } = parameters as { RoleArn?: string; LocalRoleName?: string };
    if ((RoleArn === undefined) === (LocalRoleName === undefined))
      throw invalid("Invalid parameters: exactly one of RoleArn and LocalRoleName must be given.");
    if (RoleArn !== undefined && !/^arn:[^:]+:iam::\d{12}:role\/.+$/.test(RoleArn))
      throw invalid(`Invalid parameters: ${RoleArn} is not the ARN of a role.`);
    if (LocalRoleName?.includes("/")) throw invalid("Invalid parameters: LocalRoleName is a name without a path.");
    return launchRole(context, context.caller.account, parameters);
  },
  NOTIFICATION(parameters) {
    hasOnly(parameters, "NotificationArns");
    const { NotificationArns } = parameters;
    if (!Array.isArray(NotificationArns) || !NotificationArns.every((arn) => /^arn:[^:]+:sns:[^:]+:\d{12}:.+$/.test(String(arn))))
      throw invalid("Invalid parameters: NotificationArns must be a list of ARNs of Amazon SNS topics.");
  },
  RESOURCE_UPDATE(parameters) {
    hasOnly(parameters, "Version", "Properties");
    const { Version, Properties } = parameters as { Version?: string; Properties?: { TagUpdateOnProvisionedProduct?: string } };
    if (Version !== "2.0" || !["ALLOWED", "NOT_ALLOWED"].includes(String(Properties?.TagUpdateOnProvisionedProduct)))
      throw invalid('Invalid parameters: {"Version":"2.0","Properties":{"TagUpdateOnProvisionedProduct":"ALLOWED or NOT_ALLOWED"}}');
  },
  TEMPLATE(parameters) {
    hasOnly(parameters, "Rules");
    rulesFit(parameters.Rules);
  },
};

/** A product has at most one constraint of these types in a portfolio. */
const single = new Set(["LAUNCH", "RESOURCE_UPDATE"]);

export const constraintsOn = ({ state }: Pick<Catalog, "state">, portfolio: string, product: string): Constraint[] =>
  Object.values(state.constraints).filter(({ detail }) => detail.PortfolioId === portfolio && detail.ProductId === product);

const parametersOf = <T>(constraints: Constraint[], type: string): T[] =>
  constraints.filter(({ detail }) => detail.Type === type).map(({ parameters }) => JSON.parse(parameters) as T);

export const launchParameters = (constraints: Constraint[]) =>
  parametersOf<{ RoleArn?: string; LocalRoleName?: string }>(constraints, "LAUNCH")[0];

/** The rules of the template constraints. */
export const rulesOf = (constraints: Constraint[]): Record<string, Rule> =>
  Object.assign({}, ...parametersOf<{ Rules: Record<string, Rule> }>(constraints, "TEMPLATE").map(({ Rules }) => Rules)) as Record<
    string,
    Rule
  >;

export const tagsCanChange = (constraints: Constraint[]): boolean =>
  parametersOf<{ Properties: { TagUpdateOnProvisionedProduct: string } }>(constraints, "RESOURCE_UPDATE").some(
    ({ Properties }) => Properties.TagUpdateOnProvisionedProduct === "ALLOWED",
  );

function constraintOf(context: Catalog, id: unknown): Constraint {
  const constraint = context.state.constraints[String(id)];
  if (!constraint || constraint.detail.Owner !== context.caller.account) throw notFound("Constraint", id);
  return constraint;
}

const answer = ({ detail, parameters }: Constraint) => ({
  ConstraintDetail: detail,
  ConstraintParameters: parameters,
  Status: "AVAILABLE",
});

export const constraintOperations: Operations = {
  async CreateConstraint({ PortfolioId, ProductId, Parameters, Type, Description, IdempotencyToken }, context) {
    const { state, caller } = context;
    const portfolio = ownPortfolio(context, PortfolioId).detail.Id;
    const association = state.associations.find((association) => association.portfolio === portfolio && association.product === ProductId);
    if (!association) throw missing(`Product ${String(ProductId)} is not associated with portfolio ${portfolio}.`);
    const existing = constraintsOn(context, portfolio, association.product);
    const again = existing.find(({ token }) => token === IdempotencyToken);
    if (again) return answer(again);
    const type = String(Type);
    const check = Object.hasOwn(types, type) ? types[type] : undefined;
    if (!check) throw invalid(`Invalid constraint type: ${type}. Valid: ${Object.keys(types).join(", ")}.`);
    if (type === "TEMPLATE" && state.products[association.product]!.summary.Type === "EXTERNAL")
      throw invalid("A product of type EXTERNAL cannot have a TEMPLATE constraint.");
    if (single.has(type) && existing.some(({ detail }) => detail.Type === type))
      throw duplicate(`Product ${association.product} already has a constraint of type ${type} in portfolio ${portfolio}.`);
    await check(parsed(Parameters), context);
    const ConstraintId = context.id("cons-", 13);
    const detail = { ConstraintId, Type: type, Description: Description as string | undefined, Owner: caller.account };
    const constraint = {
      detail: { ...detail, PortfolioId: portfolio, ProductId: association.product },
      parameters: String(Parameters),
      token: String(IdempotencyToken),
    };
    state.constraints[ConstraintId] = constraint;
    return answer(constraint);
  },
  DescribeConstraint: ({ Id }, context) => answer(constraintOf(context, Id)),
  async UpdateConstraint({ Id, Description, Parameters }, context) {
    const constraint = constraintOf(context, Id);
    if (Parameters !== undefined) await types[constraint.detail.Type]!(parsed(Parameters), context);
    if (Parameters !== undefined) constraint.parameters = String(Parameters);
    if (Description !== undefined) constraint.detail.Description = String(Description);
    return answer(constraint);
  },
  DeleteConstraint({ Id }, context) {
    delete context.state.constraints[constraintOf(context, Id).detail.ConstraintId];
    return {};
  },
  ListConstraintsForPortfolio(input: Item, context) {
    const portfolio = ownPortfolio(context, input.PortfolioId).detail.Id;
    const found = Object.values(context.state.constraints).filter(
      ({ detail }) => detail.PortfolioId === portfolio && (input.ProductId === undefined || detail.ProductId === input.ProductId),
    );
    return page(
      "ConstraintDetails",
      found.map(({ detail }) => detail),
      input,
    );
  },
};
