export { openVerifyClient } from "./aws-client";
export { assumptions, assumptionTable, evidenceOf } from "./table";
export { locationOf, lookupTarget } from "./target";
export { chooseAssumptions, planText, type Result, resultJson, resultText, verify } from "./verify";
