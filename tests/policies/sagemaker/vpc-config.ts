import { UNKNOWN, UNKNOWN_ARRAY, UNKNOWN_OBJECT } from "../../helpers/evaluate";
import { type ResourceCase } from "../table";

interface AwsContext {
  type?: string;
  /** Path of the network block, as messages name it. */
  at: string;
  subject: string;
  inputs: (vpcConfig: unknown) => object;
}

const escaped = (text: string) => text.replace(/[.[\]]/g, "\\$&");

/** Cases for every network block with subnets and security groups. */
export function vpcConfigCases({ type, at, subject, inputs }: AwsContext): ResourceCase[] {
  const missing = new RegExp(
    `^${escaped(at)} is not set, so ${subject} runs in a network managed by SageMaker and can reach the internet\\. Set ${escaped(at)}: \\{`,
  );
  const list = (name: string) =>
    new RegExp(`^${escaped(at)}\\.${name} is not set, so ${subject} does not run in your VPC\\. Set ${escaped(at)}\\.${name}: `);
  const of = (it: string, vpcConfig: unknown, want: RegExp[] = []): ResourceCase => ({
    it: `${it}${type ? ` (${type.split(":").at(-1)}: ${at})` : ""}`,
    ...(type && { type }),
    inputs: inputs(vpcConfig),
    want,
  });
  return [
    of("accepts subnets and a group", { subnets: ["subnet-1"], securityGroupIds: ["sg-1"] }),
    of("counts a block that are unknown at preview as present", UNKNOWN_OBJECT),
    of("counts lists that are unknown at preview as present", { subnets: UNKNOWN_ARRAY, securityGroupIds: [UNKNOWN] }),
    of("rejects no block", undefined, [missing]),
    of("rejects an empty block", {}, [missing]),
    of("rejects no subnets", { securityGroupIds: ["sg-1"] }, [list("subnets")]),
    of("rejects no groups", { subnets: [UNKNOWN] }, [list("securityGroupIds")]),
    of("rejects empty lists", { subnets: [], securityGroupIds: [] }, [list("subnets"), list("securityGroupIds")]),
  ];
}
