import { patchedService } from "../service";

export const events = patchedService({
  scope: "events",
  model: "events",
  violation: { code: "ValidationException" },
  leftovers: [
    { type: "EventBus", operation: "ListEventBuses", list: "EventBuses", id: "Name", isLeftover: ({ Name }) => Name !== "default" },
    { type: "Rule", operation: "ListRules", list: "Rules", id: "Name" },
  ],
});
