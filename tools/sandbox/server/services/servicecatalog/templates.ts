// Reads the files of product versions: from S3 as the caller, or from a stack.
import { AwsError } from "../../aws-error";
import { parseTemplate, type Template } from "../cloudformation/template";
import { type Catalog, invalid } from "./state";

/** Bucket and key of an S3 URL, in the forms with the bucket in the path and in the host name. */
export function bucketOf(url: string): { Bucket: string; Key: string } | undefined {
  if (!URL.canParse(url)) return undefined;
  const { hostname, pathname } = new URL(url);
  const path = decodeURIComponent(pathname.slice(1));
  const [, bucket] = /^(.+)\.s3[.-](?:[a-z0-9-]+\.)?amazonaws\.com(?:\.cn)?$/.exec(hostname) ?? [];
  if (bucket !== undefined) return path ? { Bucket: bucket, Key: path } : undefined;
  if (!/^s3[.-](?:[a-z0-9-]+\.)?amazonaws\.com(?:\.cn)?$/.test(hostname)) return undefined;
  const [, first, rest] = /^([^/]+)\/(.+)$/.exec(path) ?? [];
  return first !== undefined && rest !== undefined ? { Bucket: first, Key: rest } : undefined;
}

async function objectText(context: Catalog, url: string): Promise<string> {
  const location = bucketOf(url);
  if (!location) throw invalid(`Invalid templateUrl: ${url} is not an Amazon S3 URL.`);
  try {
    const { Body } = await context.asClient("s3", "GetObject", location);
    return String(Body ?? "");
  } catch (error) {
    if (!(error instanceof AwsError) || error.status >= 500) throw error;
    throw invalid(`Invalid templateUrl: S3 error: ${error.message}`);
  }
}

async function stackTemplate(context: Catalog, StackName: string): Promise<string> {
  try {
    return String((await context.asClient("cloudformation", "GetTemplate", { StackName })).TemplateBody);
  } catch (error) {
    if (error instanceof AwsError && error.code === "ValidationError") throw invalid(error.message);
    throw error;
  }
}

/** Reads the file of a version. Exactly one source must be given. */
export function readArtifact(context: Catalog, info: Record<string, string>): Promise<string> {
  const { LoadTemplateFromURL, ImportFromPhysicalId } = info;
  const [source, ...others] = Object.keys(info);
  if (source === undefined || others.length > 0 || (LoadTemplateFromURL ?? ImportFromPhysicalId) === undefined)
    throw invalid("Info must have exactly one of LoadTemplateFromURL and ImportFromPhysicalId.");
  return LoadTemplateFromURL === undefined ? stackTemplate(context, ImportFromPhysicalId!) : objectText(context, LoadTemplateFromURL);
}

/** Rejects a template that CloudFormation would reject. */
export function assertTemplate(text: string): Template {
  try {
    return parseTemplate(text);
  } catch (error) {
    if (error instanceof AwsError) throw invalid(`Invalid template: ${error.message}`);
    throw error;
  }
}
