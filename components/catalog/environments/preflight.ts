import { preflight } from "../../stack/preflight";
import { lookupEnvironmentCatalog } from "./lookup";
import { type EnvironmentCatalogRequest, planEnvironmentCatalog } from "./plan";

/** Plans the portfolio before the first resource is created, and reports all problems with its settings. */
export const preflightEnvironmentCatalog = (request: EnvironmentCatalogRequest) =>
  preflight({ lookup: lookupEnvironmentCatalog, plan: planEnvironmentCatalog }, request);
