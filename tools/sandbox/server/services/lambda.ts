import { patchedService } from "../service";

export const lambda = patchedService({
  scope: "lambda",
  model: "lambda",
  leftovers: [{ type: "Function", operation: "ListFunctions", list: "Functions", id: "FunctionName" }],
});
