// Offer cases by Fastify and pg, as its users would write it: JSON schemas, joins, a pool a process, a process a core.
// Queries have names, so that pg prepares them.
import cluster from 'node:cluster'
import Fastify from 'fastify'
import pg from 'pg'

const prefix = '/api/v1'

// Dates stay as they are written; numbers with decimals become numbers.
pg.types.setTypeParser(pg.types.builtins.DATE, (text) => text)
pg.types.setTypeParser(pg.types.builtins.NUMERIC, Number)
pg.types.setTypeParser(pg.types.builtins.INT8, Number)

const references = {
  company: 'c', role: 'r', major: 'm', bachelor_tier: 'bt', master_tier: 'mt', doctor_tier: 'dt',
  school_tier: 'st', bachelor_school: 'bs', school: 's', city: 'ci'
}
const text = { type: 'string', nullable: true }
const integer = { type: 'integer', nullable: true }
const number = { type: 'number', nullable: true }
const texts = { type: 'array', items: { type: 'string' } }
const reference = {
  type: 'object', nullable: true, properties: { slug: { type: 'string' }, name: { type: 'string' }, name_en: text }
}
const fields = {
  id: { type: 'string' }, company: reference, role: reference, role_track: text, major: reference,
  bachelor_tier: reference, master_tier: reference, doctor_tier: reference, highest_degree: text,
  school_tier: reference, bachelor_school: reference, school: reference, offer_channel: text, city: reference,
  offered_on: text, offered_precision: text, pay_annual_min: integer, pay_annual_max: integer, pay_currency: text,
  pay_monthly_base: number, pay_months: number, interview_rounds: integer, preparation_days: integer, tags: texts,
  summary: text, conflicts: texts, verification: { type: 'string' }, revision: { type: 'integer' },
  created_at: { type: 'string', format: 'date-time' }, updated_at: { type: 'string', format: 'date-time' }
}
const offerCase = { type: 'object', properties: fields }
const page = { type: 'object', properties: { items: { type: 'array', items: offerCase }, next_cursor: text } }

const plain = Object.keys(fields).filter((name) => !(name in references))
const columns = [
  ...plain.map((name) => `oc.${name}`),
  ...Object.entries(references).flatMap(([name, table]) =>
    ['slug', 'name', 'name_en'].map((part) => `${table}.${part} as ${name}_${part}`))
].join(', ')
const select = `
  select ${columns}
  from offer_cases oc
  join companies c on c.id = oc.company_id
  join roles r on r.id = oc.role_id
  left join majors m on m.id = oc.major_id
  left join school_tiers bt on bt.id = oc.bachelor_tier
  left join school_tiers mt on mt.id = oc.master_tier
  left join school_tiers dt on dt.id = oc.doctor_tier
  left join school_tiers st on st.id = oc.school_tier
  left join schools bs on bs.id = oc.bachelor_school_id
  left join schools s on s.id = oc.school_id
  left join cities ci on ci.id = oc.city_id
  where oc.retired_at is null`
// The expression that the index of the table is on.
const offered = "coalesce(oc.offered_on, '-infinity'::date)"

const facets = {
  company: 'select c.slug as value, count(*) from offer_cases oc join companies c on c.id = oc.company_id',
  role: 'select r.slug as value, count(*) from offer_cases oc join roles r on r.id = oc.role_id',
  major: 'select m.slug as value, count(*) from offer_cases oc left join majors m on m.id = oc.major_id',
  school_tier:
    'select t.slug as value, count(*) from offer_cases oc left join school_tiers t on t.id = oc.school_tier',
  highest_degree: 'select oc.highest_degree as value, count(*) from offer_cases oc',
  offer_channel: 'select oc.offer_channel as value, count(*) from offer_cases oc'
}

const statistics = `
  select c.slug, c.name, oc.pay_currency, oc.pay_annual_max is not null as has_pay, count(*) as count,
    percentile_cont(array[0.1, 0.25, 0.5, 0.75, 0.9])
      within group (order by (oc.pay_annual_min::bigint + oc.pay_annual_max) / 2.0) as pay
  from offer_cases oc join companies c on c.id = oc.company_id
  where oc.retired_at is null
  group by 1, 2, 3, 4`

function toCase (row) {
  const found = {}
  for (const name of plain) found[name] = row[name]
  for (const name in references) {
    const slug = row[`${name}_slug`]
    found[name] = slug ? { slug, name: row[`${name}_name`], name_en: row[`${name}_name_en`] } : null
  }
  if (row.pay_annual_max === null && row.pay_monthly_base === null) found.pay_currency = null
  return found
}

const encode = (row) => Buffer.from(JSON.stringify([row.offered_on ?? '-infinity', row.id])).toString('base64url')

function decode (cursor) {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString())
  } catch {
    throw Object.assign(new Error('this is no cursor'), { statusCode: 400 })
  }
}

async function serve () {
  const pool = new pg.Pool({ max: Number(process.env.POOL ?? 8) })
  const app = Fastify()

  app.get('/health', async () => 'ok')

  app.get(`${prefix}/offer-cases`, {
    schema: {
      querystring: {
        type: 'object',
        properties: {
          company: { type: 'string' },
          school_tier: { type: 'string' },
          q: { type: 'string' },
          cursor: { type: 'string' },
          limit: { type: 'integer', minimum: 1, maximum: 200, default: 20 }
        }
      },
      response: { 200: page }
    }
  }, async ({ query: { company, school_tier: tier, q, cursor, limit } }) => {
    const conditions = []
    const values = []
    const add = (value) => `$${values.push(value)}`
    if (company) conditions.push(`c.slug = ${add(company)}`)
    if (tier) conditions.push(`st.slug = ${add(tier)}`)
    if (q) {
      const like = add(`%${q}%`)
      conditions.push(
        `(c.name ilike ${like} or r.name ilike ${like} or m.name ilike ${like} or oc.summary ilike ${like})`)
    }
    if (cursor) {
      const [on, id] = decode(cursor)
      conditions.push(`(${offered}, oc.id) < (${add(on)}::date, ${add(id)}::uuid)`)
    }
    const where = conditions.map((condition) => ` and ${condition}`).join('')
    const sql = `${select}${where} order by ${offered} desc, oc.id desc limit ${add(limit + 1)}`
    const name = `list ${Boolean(company)} ${Boolean(tier)} ${Boolean(q)} ${Boolean(cursor)}`
    const { rows } = await pool.query({ name, text: sql, values })
    const next = rows.length > limit ? encode(rows[limit - 1]) : null
    return { items: rows.slice(0, limit).map(toCase), next_cursor: next }
  })

  app.get(`${prefix}/offer-cases/:id`, {
    schema: {
      params: { type: 'object', properties: { id: { type: 'string', format: 'uuid' } } },
      response: { 200: offerCase }
    }
  }, async ({ params: { id } }, reply) => {
    const { rows } = await pool.query({ name: 'case', text: `${select} and oc.id = $1`, values: [id] })
    return rows.length ? toCase(rows[0]) : reply.code(404).send({ message: 'no such case' })
  })

  app.get(`${prefix}/stats`, async () => {
    const { rows } = await pool.query({ name: 'stats', text: statistics })
    const total = rows.reduce((sum, row) => sum + row.count, 0)
    const groups = new Map()
    for (const { slug, name, pay_currency: currency, has_pay: hasPay, count, pay } of rows) {
      if (!groups.has(slug)) groups.set(slug, { slug, name, count: 0, share: 0, pay: {} })
      const group = groups.get(slug)
      group.count += count
      group.share = group.count / total
      if (hasPay) group.pay[currency] = pay
    }
    return { total, groups: [...groups.values()].sort((a, b) => b.count - a.count).slice(0, 200) }
  })

  app.get(`${prefix}/facets`, async ({ query: { dimensions = '' } }, reply) => {
    const found = {}
    for (const dimension of dimensions.split(',')) {
      if (!(dimension in facets)) return reply.code(400).send({ message: `there is no dimension ${dimension}` })
      const sql = `${facets[dimension]} where oc.retired_at is null group by 1 order by 2 desc limit 20`
      found[dimension] = (await pool.query({ name: `facet ${dimension}`, text: sql })).rows
    }
    return found
  })

  await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT) })
}

if (cluster.isPrimary) {
  const workers = Number(process.env.PROCESSES ?? 2)
  for (let number = 0; number < workers; number += 1) cluster.fork()
  process.on('SIGTERM', () => {
    for (const id in cluster.workers) cluster.workers[id].kill('SIGTERM')
    process.exit(0)
  })
} else {
  process.on('SIGTERM', () => process.exit(0))
  await serve()
}
