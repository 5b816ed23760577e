// Implements AWS Budgets: budgets, their notifications and subscribers. Resources cost nothing here, so no notification is sent.
import { AwsError } from "../aws-error";
import { type Context, type Operation, nativeService } from "../service";
import { pageOf } from "./page";
import { type Tag, withoutTags, withTags } from "./tags";

type Item = Record<string, unknown>;

interface Notification {
  NotificationType: string;
  ComparisonOperator: string;
  Threshold: number;
  ThresholdType?: string;
  NotificationState?: string;
}

interface Subscriber {
  SubscriptionType: string;
  Address: string;
}

interface State {
  /** Budgets by name. */
  budgets: Record<string, { budget: Item; notifications: { notification: Notification; subscribers: Subscriber[] }[] }>;
  tags: Record<string, Tag[]>;
}

type Budgets = Context<State>;
type Entry = State["budgets"][string];

const invalid = (message: string) => new AwsError("InvalidParameterException", message);
const missing = (message: string) => new AwsError("NotFoundException", message);
const duplicate = (message: string) => new AwsError("DuplicateRecordException", message);
const tooMany = (message: string) => new AwsError("CreationLimitExceededException", message);

const arnOf = ({ partition, caller }: Budgets, name: unknown): string =>
  `arn:${partition}:budgets::${caller.account}:budget/${String(name)}`;

/** A caller can access only the budgets in its own account. */
function isAccountOfCaller({ caller }: Budgets, account: unknown): void {
  if (account !== caller.account)
    throw new AwsError(
      "AccessDeniedException",
      `Account ${caller.account} is not authorized to act on budgets of account ${String(account)}`,
    );
}

function entryOf(context: Budgets, { AccountId, BudgetName }: Item): Entry {
  isAccountOfCaller(context, AccountId);
  const entry = context.state.budgets[String(BudgetName)];
  if (!entry) throw missing(`Unable to get budget: ${String(BudgetName)} - the budget doesn't exist.`);
  return entry;
}

/** Source: AWS API `Budget`, the pattern of BudgetName. Its inline flag is not valid in JavaScript. */
function nameFits(name: string): void {
  if (/[:\\]|\/action\/|<script>.*<\/script>/i.test(name))
    throw invalid(`The budget name '${name}' contains a character or text that is not allowed: :, \\, /action/ or <script>.`);
}

/** Valid names of cost filters. AWS rejects others. */
const filters = new Set(
  "AZ BillingEntity BudgetType CacheEngine CostCategory DatabaseEngine DeploymentOption InstanceType InstanceTypeFamily InvoicingEntity LegalEntityName LinkedAccount Operation OperatingSystem Platform PurchaseType RecordType Region ReservationId ResourceId SavingsPlanArn Scope Service SubscriptionId TagKeyValue Tenancy UsageType UsageTypeGroup".split(
    " ",
  ),
);

const startOfMonth = (seconds: number): number => {
  const date = new Date(seconds * 1000);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1) / 1000;
};

/** 2087-06-15: the end date of a budget that sets none. */
const endOfTime = 3_706_473_600;

const allCosts = {
  IncludeCredit: true,
  IncludeDiscount: true,
  IncludeOtherSubscription: true,
  IncludeRecurring: true,
  IncludeRefund: true,
  IncludeSubscription: true,
  IncludeSupport: true,
  IncludeTax: true,
  IncludeUpfront: true,
  UseAmortized: false,
  UseBlended: false,
};

interface Spend {
  Amount: string;
  Unit: string;
}

/** AWS returns `100` as `100.0`. */
const decimal = ({ Amount, Unit }: Spend): Spend => ({ Amount: /^\d+$/.test(Amount) ? `${Amount}.0` : Amount, Unit });

/** A budget as AWS returns it, with the members that AWS adds. Throws AWS's error for an invalid budget. */
function complete(context: Budgets, budget: Item): Item {
  const { BudgetLimit, PlannedBudgetLimits, AutoAdjustData, CostFilters, BudgetType, TimePeriod } = budget;
  const limits = [BudgetLimit, PlannedBudgetLimits, AutoAdjustData].filter((limit) => limit !== undefined);
  if (limits.length !== 1) throw invalid("Exactly one of BudgetLimit, PlannedBudgetLimits and AutoAdjustData must be given.");
  const spends = [...(BudgetLimit ? [BudgetLimit as Spend] : []), ...Object.values((PlannedBudgetLimits ?? {}) as Record<string, Spend>)];
  if (BudgetType === "COST" && spends.some(({ Unit }) => Unit !== "USD"))
    throw invalid("The unit of a cost budget must be the currency of the account: USD.");
  if (spends.some(({ Amount }) => Number(Amount) <= 0)) throw invalid("The amount of a budget must be greater than 0.");
  if (CostFilters !== undefined && budget.FilterExpression !== undefined)
    throw invalid("CostFilters and FilterExpression can't be given together.");
  for (const [name, values] of Object.entries((CostFilters ?? {}) as Record<string, string[]>)) {
    if (!filters.has(name)) throw invalid(`${name} is not a supported cost filter.`);
    if (values.length === 0) throw invalid(`The cost filter ${name} has no values.`);
    const wrong = name === "TagKeyValue" && values.find((value) => !/^(user|aws):.+\$/.test(value));
    if (wrong) throw invalid(`TagKeyValue must be of the form user:Key$Value, not ${wrong}.`);
  }
  const { Start = startOfMonth(context.now()), End = endOfTime } = (TimePeriod ?? {}) as { Start?: number; End?: number };
  if (Start >= End) throw invalid("The start of a budget must come before its end.");
  return {
    ...(BudgetType === "COST" ? { CostTypes: allCosts } : {}),
    ...budget,
    ...(BudgetLimit ? { BudgetLimit: decimal(BudgetLimit as Spend) } : {}),
    TimePeriod: { Start, End },
    CalculatedSpend: { ActualSpend: { Amount: "0.0", Unit: spends[0]?.Unit ?? "USD" } },
    LastUpdatedTime: context.now(),
    HealthStatus: { Status: "HEALTHY", LastUpdatedTime: context.now() },
  };
}

const sameNotification = (a: Notification, b: Notification): boolean =>
  a.NotificationType === b.NotificationType &&
  a.ComparisonOperator === b.ComparisonOperator &&
  a.Threshold === b.Threshold &&
  (a.ThresholdType ?? "PERCENTAGE") === (b.ThresholdType ?? "PERCENTAGE");

/** A notification has at most one SNS topic and ten email addresses as subscribers. */
const most: Record<string, number> = { SNS: 1, EMAIL: 10 };

const forms: Record<string, RegExp> = {
  SNS: /^arn:[^:]+:sns:[a-z0-9-]+:\d{12}:[\w-]+(\.fifo)?$/,
  EMAIL: /^[^@\s]+@[^@\s]+\.[^@\s]+$/,
};

function subscribersFit(subscribers: Subscriber[]): void {
  if (subscribers.length === 0) throw invalid("A notification must have at least one subscriber.");
  for (const { SubscriptionType, Address } of subscribers)
    if (!forms[SubscriptionType]?.test(Address)) throw invalid(`The address is not valid for subscribers of type ${SubscriptionType}.`);
  for (const [type, limit] of Object.entries(most))
    if (subscribers.filter(({ SubscriptionType }) => SubscriptionType === type).length > limit)
      throw tooMany(`A notification can't have more than ${limit} subscribers of type ${type}.`);
  const keys = subscribers.map(({ SubscriptionType, Address }) => `${SubscriptionType} ${Address}`);
  if (new Set(keys).size < keys.length) throw duplicate("A subscriber is named twice.");
}

function addNotification(entry: Entry, notification: Notification, subscribers: Subscriber[]): void {
  if (entry.notifications.some((other) => sameNotification(other.notification, notification)))
    throw duplicate("The notification already exists.");
  if (entry.notifications.length >= 10) throw tooMany("A budget can't have more than 10 notifications.");
  subscribersFit(subscribers);
  entry.notifications.push({ notification: { ThresholdType: "PERCENTAGE", ...notification, NotificationState: "OK" }, subscribers });
}

function notificationOf(context: Budgets, input: Item, member = "Notification") {
  const found = entryOf(context, input).notifications.find(({ notification }) =>
    sameNotification(notification, input[member] as Notification),
  );
  if (!found) throw missing("Unable to get the notification - the notification doesn't exist.");
  return found;
}

/** A budget as AWS returns it. The filter expression is returned only on request. */
const withExpression = ({ FilterExpression, ...budget }: Item, show: unknown): Item =>
  show === true ? { ...budget, FilterExpression } : budget;

function tagsOf({ state }: Budgets, arn: unknown): Tag[] {
  const tags = state.tags[String(arn)];
  if (!tags) throw missing(`The resource ${String(arn)} doesn't exist.`);
  return tags;
}

const operations: Record<string, Operation<State>> = {
  // Source: AWS API `CreateBudget`, NotificationsWithSubscribers. The service model accepts ten.
  CreateBudget({ AccountId, Budget, NotificationsWithSubscribers = [], ResourceTags = [] }, context) {
    isAccountOfCaller(context, AccountId);
    if ((NotificationsWithSubscribers as unknown[]).length > 5) throw tooMany("A request can't contain more than 5 notifications.");
    const budget = Budget as Item;
    const name = String(budget.BudgetName);
    nameFits(name);
    if (context.state.budgets[name]) throw duplicate(`Error creating budget: ${name} - the budget already exists.`);
    const entry: Entry = { budget: complete(context, budget), notifications: [] };
    for (const { Notification, Subscribers } of NotificationsWithSubscribers as { Notification: Notification; Subscribers: Subscriber[] }[])
      addNotification(entry, Notification, Subscribers);
    context.state.budgets[name] = entry;
    context.state.tags[arnOf(context, name)] = ResourceTags as Tag[];
    return {};
  },
  DescribeBudget: (input, context) => ({ Budget: withExpression(entryOf(context, input).budget, input.ShowFilterExpression) }),
  DescribeBudgets({ AccountId, MaxResults, NextToken, ShowFilterExpression }, context) {
    isAccountOfCaller(context, AccountId);
    const { items, next } = pageOf(Object.values(context.state.budgets), MaxResults, NextToken);
    return { Budgets: items.map(({ budget }) => withExpression(budget, ShowFilterExpression)), NextToken: next };
  },
  UpdateBudget({ AccountId, NewBudget }, context) {
    const budget = NewBudget as Item;
    const entry = entryOf(context, { AccountId, BudgetName: budget.BudgetName });
    entry.budget = complete(context, budget);
    return {};
  },
  DeleteBudget(input, context) {
    entryOf(context, input);
    delete context.state.budgets[String(input.BudgetName)];
    delete context.state.tags[arnOf(context, input.BudgetName)];
    return {};
  },

  CreateNotification(input, context) {
    addNotification(entryOf(context, input), input.Notification as Notification, input.Subscribers as Subscriber[]);
    return {};
  },
  UpdateNotification(input, context) {
    const found = notificationOf(context, input, "OldNotification");
    const wanted = input.NewNotification as Notification;
    if (entryOf(context, input).notifications.some((other) => other !== found && sameNotification(other.notification, wanted)))
      throw duplicate("The notification already exists.");
    found.notification = { ThresholdType: "PERCENTAGE", ...wanted, NotificationState: "OK" };
    return {};
  },
  DeleteNotification(input, context) {
    const found = notificationOf(context, input);
    const entry = entryOf(context, input);
    entry.notifications = entry.notifications.filter((other) => other !== found);
    return {};
  },
  DescribeNotificationsForBudget(input, context) {
    const { items, next } = pageOf(entryOf(context, input).notifications, input.MaxResults, input.NextToken);
    return { Notifications: items.map(({ notification }) => notification), NextToken: next };
  },
  DescribeSubscribersForNotification(input, context) {
    const { items, next } = pageOf(notificationOf(context, input).subscribers, input.MaxResults, input.NextToken);
    return { Subscribers: items, NextToken: next };
  },

  ListTagsForResource: ({ ResourceARN }, context) => ({ ResourceTags: tagsOf(context, ResourceARN) }),
  TagResource({ ResourceARN, ResourceTags }, context) {
    const all = withTags(tagsOf(context, ResourceARN), ResourceTags as Tag[]);
    if (all.length > 50) throw new AwsError("ServiceQuotaExceededException", "A resource can't have more than 50 tags.");
    context.state.tags[String(ResourceARN)] = all;
    return {};
  },
  UntagResource({ ResourceARN, ResourceTagKeys }, context) {
    context.state.tags[String(ResourceARN)] = withoutTags(tagsOf(context, ResourceARN), ResourceTagKeys as string[]);
    return {};
  },
};

export const budgets = nativeService<State>({
  scope: "budgets",
  oneStateFor: "regions",
  model: "budgets",
  violation: { code: "InvalidParameterException" },
  initial: () => ({ budgets: {}, tags: {} }),
  operations,
  leftovers: (state) => Object.keys(state.budgets).map((id) => ({ type: "Budget", id })),
});
