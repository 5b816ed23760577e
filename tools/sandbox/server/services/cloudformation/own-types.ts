// Creates resources that only CloudFormation has.
import { type Kind } from "./kind";

/** A URL that CloudFormation signs. No service has a resource for it. */
const waitConditionHandle: Kind = {
  properties: [],
  create: (_properties, { cloud, logicalId, stackName }) => {
    const { region, account } = cloud.caller;
    const path = encodeURIComponent(`arn:${cloud.partition}:cloudformation:${region}:${account}:stack/${stackName}/${logicalId}`);
    return Promise.resolve({ id: `https://cloudformation-waitcondition-${region}.s3.${region}.amazonaws.com/${path}`, attributes: {} });
  },
  update: () => Promise.resolve(),
  remove: () => Promise.resolve(),
};

export const ownTypes: Record<string, Kind> = { "AWS::CloudFormation::WaitConditionHandle": waitConditionHandle };
