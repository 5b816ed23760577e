// Lists from which registries roles can pull container images.
import { type Row, type RowKit } from "../row-kit";

/** The registry of AWS's deep learning containers. Source: AWS "Docker Registry Paths and Example Code". */
export const registryOfAws = "763104351884";

/** SageMaker pulls images with these roles in its own network, so only the identity policies decide. */
export function imageRows({ ids, arn, unknown, row }: RowKit): Row[] {
  const pull = (caller: string, it: string, want: Row["want"], account: string, more: Partial<Row> = {}) =>
    row(caller, it, want, "ecr:BatchGetImage", arn("ecr", "repository/train", account), {}, more);
  return ["execution", "notebook", "model"].flatMap((caller) => [
    pull(caller, "pulls an image published by AWS", "allowed", registryOfAws),
    pull(caller, "pulls an image of the account", "allowed", ids.accountId),
    pull(caller, "pulls an image of an unknown account", "denied", unknown.account, {
      attack: {
        by: "insider",
        tries: "starts a job with an image of another account, whose owner sees the requested name",
      },
    }),
  ]);
}
