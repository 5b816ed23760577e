// Names the objects of an index in the mirror's bucket. Pure, and part of the image of the server.

/** A project name in the normalized form of an index. Source: PEP 503, "Normalized Names". */
export const normalizedName = (name: string) => name.toLowerCase().replace(/[-_.]+/g, "-");

/** Folder of the index. pip requests `simple/<project>/`, and S3 answers only exact keys. */
export const indexPrefix = "simple/";

/** Forms of a page: HTML of PEP 503, and JSON of PEP 691. */
export type PageForm = "html" | "json";

const ends: Record<PageForm, string> = { html: "", json: "index.json" };

/** Key of the list of projects. */
export const rootKey = (form: PageForm) => `${indexPrefix}${ends[form]}`;

/** Key of the page of a project with a normalized name. */
export const pageKey = (project: string, form: PageForm) => `${indexPrefix}${project}/${ends[form]}`;

/** Folder of the wheels. */
export const filePrefix = "files/";

/** Key of a file. The hash in the key makes an object immutable: other content has another key. */
export const fileKey = ({ sha256, filename }: { sha256: string; filename: string }) => `${filePrefix}${sha256}/${filename}`;
