export { openVerifyClient } from "./aws-client";
export { assumptions } from "./table";
export { locationOf, lookupTarget } from "./target";
export { chooseAssumptions, listText, planText, type Result, resultJson, resultText, verify } from "./verify";
