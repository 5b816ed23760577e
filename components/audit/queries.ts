// Lists and creates the saved queries of CloudWatch Logs Insights on the events of a trail.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface SavedQuery {
  /** Part of the name, without the name of the stack. */
  name: string;
  about: string;
  query: string;
}

const lines = (...parts: string[]) => parts.join("\n| ");
const succeeded = "filter not ispresent(errorCode)";
const caller = "userIdentity.arn as caller";

/** Source: AWS CloudWatch Logs "CloudWatch Logs Insights query syntax"; AWS CloudTrail "CloudTrail record contents". */
export const savedQueries: readonly SavedQuery[] = [
  {
    name: "who-opened-studio",
    about: "Who requested a URL to Studio or to a notebook instance, for which profile, and from where",
    query: lines(
      `fields eventTime, ${caller}, coalesce(requestParameters.userProfileName, requestParameters.notebookInstanceName) as opened, requestParameters.domainId as domain, sourceIPAddress, vpcEndpointId`,
      `filter eventSource = "sagemaker.amazonaws.com" and eventName in ["CreatePresignedDomainUrl", "CreatePresignedNotebookInstanceUrl"]`,
      succeeded,
      "sort eventTime desc",
      "limit 1000",
    ),
  },
  {
    name: "jobs-and-data",
    about: "Which jobs were started by whom, with which role and which data",
    query: lines(
      `fields eventTime, eventName, ${caller}, requestParameters.roleArn as role, coalesce(requestParameters.trainingJobName, requestParameters.processingJobName, requestParameters.transformJobName, requestParameters.hyperParameterTuningJobName, requestParameters.autoMLJobName) as job, coalesce(requestParameters.inputDataConfig.0.dataSource.s3DataSource.s3Uri, requestParameters.processingInputs.0.s3Input.s3Uri, requestParameters.transformInput.dataSource.s3DataSource.s3Uri) as firstInput`,
      `filter eventSource = "sagemaker.amazonaws.com" and eventName like /^Create(Training|Processing|Transform|HyperParameterTuning|AutoML)Job/`,
      succeeded,
      "sort eventTime desc",
      "limit 1000",
    ),
  },
  {
    name: "objects-by-caller",
    about: "How many objects and bytes each caller read and wrote, by bucket",
    query: lines(
      `filter eventSource = "s3.amazonaws.com" and eventName in ["GetObject", "PutObject", "CopyObject", "DeleteObject"]`,
      succeeded,
      "stats count(*) as calls, sum(additionalEventData.bytesTransferredOut) as bytesRead, sum(additionalEventData.bytesTransferredIn) as bytesWritten by userIdentity.arn, eventName, requestParameters.bucketName",
      "sort calls desc",
      "limit 1000",
    ),
  },
  {
    name: "denied-calls",
    about: "Which calls AWS denied to whom",
    query: lines(
      `filter errorCode like /AccessDenied|UnauthorizedOperation/`,
      "stats count(*) as calls, latest(errorMessage) as lastMessage by userIdentity.arn, eventSource, eventName",
      "sort calls desc",
      "limit 1000",
    ),
  },
  {
    name: "root-keys-and-trails",
    about: "Calls of the root user, and changes of keys and trails",
    query: lines(
      `fields eventTime, eventSource, eventName, ${caller}, sourceIPAddress, errorCode`,
      `filter userIdentity.type = "Root" or (eventSource in ["kms.amazonaws.com", "cloudtrail.amazonaws.com"] and readOnly = 0)`,
      `filter eventName not in ["Decrypt", "Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "ReEncrypt", "CreateGrant", "RetireGrant"]`,
      "sort eventTime desc",
      "limit 1000",
    ),
  },
];

export interface SavedQueriesArgs {
  /** Log group with the events of a trail. */
  logGroupName: pulumi.Input<string>;
}

/** Saved queries of CloudWatch Logs Insights. The console shows them in a folder with the name of the stack. */
export class SavedQueries extends pulumi.ComponentResource {
  constructor(name: string, { logGroupName }: SavedQueriesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cloister:audit:SavedQueries", name, {}, opts);
    for (const { name: title, query } of savedQueries)
      new aws.cloudwatch.QueryDefinition(
        `${name}-query-${title}`,
        { name: `${name}/${title}`, queryString: query, logGroupNames: [logGroupName] },
        { parent: this },
      );
    this.registerOutputs();
  }
}
