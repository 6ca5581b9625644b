// A client generated from the specification, used as its users would use it. It compiles only if the types say what
// the calls need, and ends with an error if an answer is not what they say.
import createClient from "openapi-fetch";
import type { paths } from "./api.js";

const client = createClient<paths>({ baseUrl: process.argv[2]! });

function check(holds: unknown, what: string): asserts holds {
  if (!holds) throw new Error(what);
}

const list = await client.GET("/api/v1/offer-cases", {
  params: { query: { major: ["工科"], school_tier: ["985", "211"], company: ["!baidu"], sort: ["company"], limit: 5 } },
});
check(typeof list.data === "object" && list.data.items.length > 0, "cases of engineers, as JSON and not as CSV");
const first = list.data.items[0];
check(first?.company?.slug && first.id, "a case has an id and a company");

const one = await client.GET("/api/v1/offer-cases/{id}", { params: { path: { id: first.id } } });
check(one.data?.company.slug === first.company.slug, "the same case by its id");

const statistics = await client.GET("/api/v1/stats", {
  params: { query: { group_by: ["company", "school_tier"], metrics: ["share", "pay"], normalize: "row" } },
});
check(statistics.data, "statistics");
const shares: number[] = statistics.data.groups.map((group) => group.share?.value ?? 0);
check(shares.every((share) => share > 0 && share <= 1), "shares");
check(statistics.data.matrix?.counts.length === statistics.data.matrix?.rows.length, "a matrix");

const comparable = await client.GET("/api/v1/comparable-cases", {
  params: { query: { major: "心理学", school_tier: "211", highest_degree: "bachelor", "filter.company": ["!xiaomi"] } },
});
const best = comparable.data?.items[0];
check(best && best.score > 0.5 && best.matches.some((match) => match.how === "same"), "a comparable case");

const facets = await client.GET("/api/v1/facets", { params: { query: { dimensions: ["company"], limit: 3 } } });
check(facets.data?.facets[0]?.values.length === 3, "facets");

const wrong = await client.GET("/api/v1/offer-cases", { params: { query: { company: ["bidu"] } } });
check(wrong.response.status === 400 && wrong.error && "errors" in wrong.error, "a problem");
check(wrong.error.errors?.[0]?.did_you_mean === "baidu", "what was meant");
