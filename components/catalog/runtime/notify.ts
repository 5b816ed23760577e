// Reports the result of an operation to AWS Service Catalog.
import {
  NotifyProvisionProductEngineWorkflowResultCommand,
  NotifyTerminateProvisionedProductEngineWorkflowResultCommand,
  NotifyUpdateProvisionedProductEngineWorkflowResultCommand,
  ServiceCatalogClient,
} from "@aws-sdk/client-service-catalog";
import { type LeadOperation } from "../engine/names";
import { acceptedReason, type Result, tracerTag } from "./request";

export interface Notification {
  operation: LeadOperation;
  token: string;
  recordId: string;
  /** `pp-…`. Unknown for a message that cannot be read. */
  provisionedProductId?: string;
  result: Pick<Result, "status" | "reason" | "outputs">;
}

/** Reports a result. A repeated report of the same record has no effect. */
export type Notify = (notification: Notification) => Promise<void>;

const outputsOf = ({ outputs = {} }: Notification["result"]) =>
  Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue }));

export function serviceCatalogNotify(client = new ServiceCatalogClient({ maxAttempts: 8 })): Notify {
  return async ({ operation, token, recordId, provisionedProductId, result }) => {
    const common = {
      WorkflowToken: token,
      RecordId: recordId,
      Status: result.status,
      IdempotencyToken: `${recordId}-${result.status}`,
      ...(result.status === "FAILED" && { FailureReason: acceptedReason(result.reason ?? "") }),
    };
    switch (operation) {
      case "PROVISION": {
        // With the tag, AWS Service Catalog finds the resources of the product.
        const identifier = provisionedProductId && { ResourceIdentifier: { UniqueTag: { Key: tracerTag, Value: provisionedProductId } } };
        const input = { ...common, Outputs: outputsOf(result), ...identifier };
        await client.send(new NotifyProvisionProductEngineWorkflowResultCommand(input));
        return;
      }
      case "UPDATE":
        await client.send(new NotifyUpdateProvisionedProductEngineWorkflowResultCommand({ ...common, Outputs: outputsOf(result) }));
        return;
      case "TERMINATE":
        await client.send(new NotifyTerminateProvisionedProductEngineWorkflowResultCommand(common));
    }
  };
}
