// Calculates the cost tables of the pages about self-service from list prices and from the code. Pure.
// The number of resources is tested in tests/unit/self-service-docs.test.ts.
import { pollSeconds } from "@cloister/components/catalog/engine/flow";
import { queueNames } from "@cloister/components/catalog/engine/names";
import { type computeTypes, environmentCatalogSettings } from "@cloister/components/catalog/environments/settings";
import { endpointMonthlyUsd, priceRegion } from "@cloister/components/network/catalogue";
import { planEndpoints } from "@cloister/components/network/endpoints";
import { environmentSettings } from "@cloister/environment/settings";
import { productSettings } from "./diagrams";

/** Month of the list prices. */
const readIn = "November 2026";

/** List prices of us-east-1 in USD, without free tiers. */
const usd = {
  /**
   * On-demand Linux. Source: quotations of the price list in public repositories, 2025 and 2026, because the pricing page of AWS
   * CodeBuild loads its prices with a script. The usage types are `USE1-Build-Min:Linux:g1.*`.
   */
  buildMinute: { BUILD_GENERAL1_SMALL: 0.005, BUILD_GENERAL1_MEDIUM: 0.01, BUILD_GENERAL1_LARGE: 0.02 } satisfies Record<
    (typeof computeTypes)[number],
    number
  >,
  /** Source: AWS KMS pricing. */
  key: 1,
  /** Source: Amazon CloudWatch pricing. */
  alarm: 0.1,
  /** A custom metric, by the hour with data. */
  metric: 0.3,
  dashboard: 3,
  /** Source: AWS Lambda pricing, x86. */
  invocation: 0.2e-6,
  gbSecond: 16.6667e-6,
  /** Source: Amazon SQS pricing, standard queues. */
  message: 0.4e-6,
  /** Source: AWS Step Functions pricing, standard workflows. */
  transition: 25e-6,
};

/** Resources of the engine and of an environment that have a monthly price. */
export const counts = { engineKeys: 2, engineAlarms: 13, environmentKeys: 3, environmentAlarms: 2, dispatcherMb: 256 };

const minutesOfMonth = 730 * 60;
const { computeType, timeoutMinutes } = environmentCatalogSettings().parse({
  leads: ["arn:aws:iam::111122223333:role/TeamLead"],
  engine: {
    subnetIds: ["subnet-0123456789abcdef0"],
    securityGroupIds: ["sg-0123456789abcdef0"],
    image: `111122223333.dkr.ecr.eu-central-1.amazonaws.com/cloister-runner@sha256:${"0".repeat(64)}`,
  },
})!.engine;

/** The dispatcher runs each minute, for at most a second without requests, and reads each queue. */
const dispatcher =
  minutesOfMonth * (usd.invocation + (counts.dispatcherMb / 1024) * usd.gbSecond + Object.keys(queueNames).length * usd.message);

/** States between two polls of a build: the wait, the poll and the choice. */
const statesOfPoll = 3;
const deployment = (minutes: number) =>
  minutes * usd.buildMinute[computeType] + ((minutes * 60) / pollSeconds(timeoutMinutes)) * statesOfPoll * usd.transition;

const money = (amount: number) => amount.toFixed(2);
const table = (...rows: string[][]) =>
  [["resource", "price in USD", "USD"], ["---", "---", "---"], ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
const about = [
  `List prices of us-east-1 in ${readIn}, without free tiers; other regions differ.`,
  "The price of a build minute was read from quotations of 2025 and 2026, and not from the AWS price list.",
].join("\n");

const perDeployment = [
  `deployment (launch, update or termination) of 15 minutes`,
  `${usd.buildMinute[computeType]} a build minute of \`${computeType}\``,
  money(deployment(15)),
];

export const engineCost = [
  about,
  "",
  table(
    ["portfolio, product, constraint, tag options", "0", "0"],
    ["keys of the engine", `${money(usd.key)} a month each`, `${money(counts.engineKeys * usd.key)} a month`],
    ["alarms", `${money(usd.alarm)} a month each`, `${money(counts.engineAlarms * usd.alarm)} a month`],
    ["dispatcher and queues without requests", "by request and duration", `at most ${money(dispatcher)} a month`],
    [
      "metric of waiting requests",
      `${money(usd.metric)} a month`,
      `at most ${money(usd.metric)} a month, by the hours with waiting requests`,
    ],
    perDeployment,
    [`deployment that reaches \`engine.timeoutMinutes\` (${timeoutMinutes})`, "the same", money(deployment(timeoutMinutes))],
  ),
].join("\n");

const network = environmentSettings.shape.network.parse(productSettings["cloister-environment:network"]);
const endpoints = planEndpoints({ features: network.features }).names.length;

export const environmentCost = [
  `${about}\nEndpoint prices are those of ${priceRegion}.\nThe settings are those of \`environment/products/standard.yaml\`.`,
  "",
  table(
    [
      `${endpoints} interface endpoints in ${network.zones} Availability Zones`,
      `${money(endpointMonthlyUsd)} a month and zone each, 0.01 a GB`,
      `${money(endpoints * network.zones * endpointMonthlyUsd)} a month`,
    ],
    ["keys", `${money(usd.key)} a month each`, `${money(counts.environmentKeys * usd.key)} a month`],
    ["alarms", `${money(usd.alarm)} a month each`, `${money(counts.environmentAlarms * usd.alarm)} a month`],
    ["dashboard", `${money(usd.dashboard)} a month, from the fourth in an account on`, `at most ${money(usd.dashboard)} a month`],
    ["Studio without apps", "0", "0"],
    ["running apps, notebook instances and jobs", "hourly price of the instance type", "by use"],
    perDeployment,
  ),
].join("\n");
