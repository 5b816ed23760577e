import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { type BudgetPlan } from "./plan";

export interface BudgetArgs {
  environment: string;
  region: string;
  budgetName: string;
  plan: BudgetPlan;
  /** `arn:…:sns:…` */
  alertTopicArn: pulumi.Input<string>;
}

/**
 * Monthly cost budget for resources with the environment's tag.
 * The budget filters by region, because an environment in another region can have the same name.
 * Source: AWS API `CreateBudget`.
 */
export function createBudget(name: string, { environment, region, budgetName, plan, alertTopicArn }: BudgetArgs, parent: pulumi.Resource) {
  return new aws.budgets.Budget(
    `${name}-budget`,
    {
      name: budgetName,
      budgetType: "COST",
      timeUnit: "MONTHLY",
      limitAmount: String(plan.limitUsd),
      limitUnit: "USD",
      costFilters: [
        { name: "TagKeyValue", values: [`user:cloister:environment$${environment}`] },
        { name: "Region", values: [region] },
      ],
      notifications: plan.notifications.map(({ kind, percent }) => ({
        notificationType: kind,
        comparisonOperator: "GREATER_THAN",
        threshold: percent,
        thresholdType: "PERCENTAGE",
        subscriberSnsTopicArns: [alertTopicArn],
        ...(plan.emails.length > 0 && { subscriberEmailAddresses: plan.emails }),
      })),
    },
    { parent },
  );
}
