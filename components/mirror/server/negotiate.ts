// Selects the form of an index page that a client accepts. Pure.
import { type PageForm } from "../index-keys";

/**
 * Content types of index pages that a client can name.
 * Source: PEP 691, "Content-Types" and "Version + Format Selection".
 */
const forms: Record<string, { form: PageForm; contentType: string }> = {
  "application/vnd.pypi.simple.v1+json": { form: "json", contentType: "application/vnd.pypi.simple.v1+json" },
  "application/vnd.pypi.simple.latest+json": { form: "json", contentType: "application/vnd.pypi.simple.v1+json" },
  "application/vnd.pypi.simple.v1+html": { form: "html", contentType: "application/vnd.pypi.simple.v1+html" },
  "application/vnd.pypi.simple.latest+html": { form: "html", contentType: "application/vnd.pypi.simple.v1+html" },
  "text/html": { form: "html", contentType: "text/html; charset=utf-8" },
  "text/*": { form: "html", contentType: "text/html; charset=utf-8" },
  "application/*": { form: "json", contentType: "application/vnd.pypi.simple.v1+json" },
  "*/*": { form: "html", contentType: "text/html; charset=utf-8" },
};

interface Range {
  type: string;
  quality: number;
}

function rangeOf(text: string): Range {
  const [type = "", ...parameters] = text.split(";").map((part) => part.trim().toLowerCase());
  const quality = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2);
  return { type, quality: quality === undefined ? 1 : Number(quality) };
}

/** The form and content type for a header `Accept`; undefined if the client accepts neither form. */
export function negotiate(accept: string | undefined): { form: PageForm; contentType: string } | undefined {
  const ranges = (accept?.trim() ? accept : "*/*").split(",").map(rangeOf);
  const [best] = ranges
    .filter(({ type, quality }) => quality > 0 && Object.hasOwn(forms, type))
    // A stable sort keeps the order of the client among equals.
    .sort((a, b) => b.quality - a.quality);
  return best && forms[best.type];
}
