export { AlertTopic, type AlertTopicArgs, alertPublishers } from "./alert-topic";
export { Monitoring, type MonitoringArgs } from "./monitoring";
export { type BudgetPlan, type MonitoringPlan, type MonitoringRequest, planMonitoring } from "./plan";
