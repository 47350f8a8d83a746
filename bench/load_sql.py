"""The statements that fill one organisation; each runs in its scope, with the parameters of `loading`."""

# Time-ordered ids as the product makes them, from an instant and 15 random hexadecimal digits.
_ID = """(lpad(to_hex((extract(epoch FROM {at}) * 1000)::bigint), 12, '0') || '7' || substr({hex}, 1, 3) || 'a'
         || substr({hex}, 4, 15))::uuid"""


def _id(at: str, salt: str = "''") -> str:
    return _ID.format(at=at, hex=f"md5(random()::text || {salt})")


SEED = "SELECT setseed(%(seed)s)"

UNITS = f"""
INSERT INTO owners_unit (organisation_id, id, estate_id, building_id, code, section, floor, number, kind, exclusive_area, status)
SELECT %(organisation)s, {_id("now() - interval '3 years'", "i")}, b.estate_id, b.id,
       b.code || '-' || i, '', i %% 30, i::text, 'flat', 80 + i %% 50, 'owner_occupied'
FROM generate_series(1, %(units)s) i
JOIN (SELECT *, row_number() OVER (ORDER BY id) - 1 AS place
      FROM owners_building WHERE organisation_id = %(organisation)s) b ON b.place = i %% (SELECT count(*) FROM owners_building WHERE organisation_id = %(organisation)s)
"""

PEOPLE = f"""
INSERT INTO owners_person (organisation_id, id, reference, name, kind, phone, email, language, postal_address)
SELECT %(organisation)s, {_id("now() - interval '3 years' + i * interval '1 second'", "i")}, 'P' || i,
       CASE WHEN i %% 3 = 0 THEN '业主' || i ELSE 'Owner ' || i END, 'person', '+86138' || lpad(i::text, 8, '0'),
       'person' || i || '@bench.example', CASE WHEN i %% 3 = 0 THEN 'zh-hans' ELSE 'en' END, ''
FROM generate_series(1, %(units)s) i
"""

OWNERSHIPS = f"""
INSERT INTO owners_ownership (organisation_id, id, unit_id, person_id, share_numerator, share_denominator, is_voter, from_on)
SELECT %(organisation)s, {_id("now() - interval '2 years'", "u.place")}, u.id, p.id, 1, 1, true, date '2024-01-01'
FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM owners_unit WHERE organisation_id = %(organisation)s) u
JOIN (SELECT id, row_number() OVER (ORDER BY id) AS place FROM owners_person WHERE organisation_id = %(organisation)s) p
  USING (place)
"""

# Younger complaints are more often open; their state follows from chance, everything else from the state.
DRAFT = """
CREATE TEMP TABLE draft ON COMMIT DROP AS
WITH chance AS MATERIALIZED (
  SELECT i, now() - 900 * power(random(), 2) * interval '1 day' - interval '1 minute' AS received_at,
         random() AS opening, random() AS stating, random() AS wording, random() AS weighing
  FROM generate_series(1, %(complaints)s) i
), aged AS (
  SELECT *, opening < CASE WHEN received_at > now() - interval '3 days' THEN 0.9
                           WHEN received_at > now() - interval '14 days' THEN 0.5
                           WHEN received_at > now() - interval '60 days' THEN 0.12 ELSE 0.02 END AS is_open
  FROM chance
)
SELECT *, CASE
    WHEN NOT is_open THEN CASE WHEN stating < 0.04 THEN 'rejected_invalid' WHEN stating < 0.08 THEN 'referred_out' ELSE 'closed' END
    WHEN received_at > now() - interval '5 hours' THEN 'received'
    WHEN stating < 0.10 THEN 'accepted' WHEN stating < 0.30 THEN 'assigned' WHEN stating < 0.58 THEN 'investigating'
    WHEN stating < 0.66 THEN 'waiting_for_complainant' WHEN stating < 0.71 THEN 'proposed' WHEN stating < 0.80 THEN 'answered'
    WHEN stating < 0.90 THEN 'implementing' WHEN stating < 0.97 THEN 'resolved' ELSE 'reopened' END AS state,
  CASE WHEN weighing < 0.03 THEN 'p1' WHEN weighing < 0.30 THEN 'p2' WHEN weighing < 0.80 THEN 'p3' ELSE 'p4' END AS priority
FROM aged
"""

COMPLAINTS = f"""
INSERT INTO complaints_complaint (organisation_id, id, number, estate_id, building_id, unit_id, place, category_id, priority,
  severity, channel, description, demand, complainant_id, caller_name, caller_phone, is_anonymous, taken_by_id, handler_id,
  state, moved_at, returns_to, is_open, stage, times_reopened, received_at, accepted_at, answered_at, resolved_at, closed_at,
  next_due_kind, is_late, decision, remedy, resolution, ended_reason, referred_to, is_solved, rating)
WITH units AS (
  SELECT u.*, e.code AS estate_code, row_number() OVER (ORDER BY u.id) - 1 AS spot
  FROM owners_unit u JOIN owners_estate e ON e.organisation_id = u.organisation_id AND e.id = u.estate_id
  WHERE u.organisation_id = %(organisation)s
), kinds AS (
  SELECT id, row_number() OVER (ORDER BY position) - 1 AS spot
  FROM complaints_category WHERE organisation_id = %(organisation)s
), handlers AS (
  SELECT id, row_number() OVER (ORDER BY name) - 1 AS spot
  FROM tenancy_membership WHERE organisation_id = %(organisation)s AND role IN ('engineer', 'supervisor')
), placed AS (
  SELECT d.*, u.id AS unit_id, u.building_id, u.estate_id, u.estate_code, o.person_id, k.id AS category_id,
         CASE WHEN d.state IN ('received', 'accepted', 'rejected_invalid', 'referred_out', 'reopened') THEN NULL ELSE h.id END
           AS handler_id,
         row_number() OVER (PARTITION BY u.estate_id, extract(year FROM d.received_at) ORDER BY d.received_at) AS serial
  FROM draft d
  JOIN units u ON u.spot = d.i::bigint * 7919 %% (SELECT count(*) FROM units)
  JOIN owners_ownership o ON o.organisation_id = %(organisation)s AND o.unit_id = u.id
  JOIN kinds k ON k.spot = d.i %% (SELECT count(*) FROM kinds)
  JOIN handlers h ON h.spot = d.i::bigint * 31 %% (SELECT count(*) FROM handlers)
)
SELECT %(organisation)s, {_id("p.received_at", "p.i")},
  'C-' || estate_code || '-' || extract(year FROM p.received_at) || '-' || lpad(serial::text, 6, '0'),
  estate_id, building_id, CASE WHEN i %% 5 > 0 THEN unit_id END, CASE WHEN i %% 5 = 0 THEN 'Lift ' || i %% 4 ELSE '' END,
  category_id, priority, CASE WHEN priority = 'p1' THEN 'major' ELSE 'minor' END,
  (ARRAY['portal', 'portal', 'phone', 'counter', 'email', 'hotline'])[1 + i %% 6],
  t.body || ' ' || s.body || ' #' || i, '', CASE WHEN i %% 40 > 0 THEN person_id END, '', '', i %% 40 = 0, NULL, handler_id,
  state, least(now(), p.received_at + interval '6 hours'), '', is_open, 1, CASE WHEN state = 'reopened' THEN 1 ELSE 0 END,
  p.received_at,
  CASE WHEN state <> 'received' THEN p.received_at + interval '1 hour' END,
  CASE WHEN state IN ('answered', 'implementing', 'resolved', 'closed') THEN p.received_at + interval '1 day' END,
  CASE WHEN state IN ('resolved', 'closed') THEN p.received_at + interval '3 days' * (0.2 + opening) END,
  CASE WHEN NOT is_open THEN p.received_at + interval '4 days' * (0.2 + opening) END,
  '', false, '', '', CASE WHEN state IN ('resolved', 'closed') THEN 'Done.' ELSE '' END, '', '',
  CASE WHEN state = 'closed' THEN wording > 0.1 END, CASE WHEN state = 'closed' AND wording < 0.7 THEN 1 + i %% 5 END
FROM placed p
JOIN bench_text t ON t.place = floor(p.wording * (SELECT count(*) FROM bench_text))::int
JOIN bench_text s ON s.place = (t.place + p.i) %% (SELECT count(*) FROM bench_text)
ORDER BY p.received_at
"""

SERIES = f"""
INSERT INTO tenancy_numberseries (organisation_id, id, code, year, last)
SELECT %(organisation)s, {_id("now()")}, 'C-' || split_part(number, '-', 2), split_part(number, '-', 3)::int,
       max(split_part(number, '-', 4)::int)
FROM complaints_complaint WHERE organisation_id = %(organisation)s
GROUP BY split_part(number, '-', 2), split_part(number, '-', 3)
"""

# Which way each went: whole for what is open or young, in its main steps for the rest.
MOVES = f"""
INSERT INTO complaints_move (organisation_id, id, complaint_id, from_state, to_state, at, actor_id, by_complainant, reason)
SELECT c.organisation_id, {_id("c.received_at + w.place * interval '3 hours'", "w.place")}, c.id,
       coalesce(lag(w.state) OVER (PARTITION BY c.id ORDER BY w.place), ''), w.state,
       c.received_at + (w.place - 1) * interval '3 hours', CASE WHEN w.place > 1 THEN c.handler_id END, w.place = 1, ''
FROM complaints_complaint c
CROSS JOIN LATERAL unnest(CASE
    WHEN c.state = 'closed' AND c.received_at < now() - interval '90 days' THEN ARRAY['received', 'accepted', 'assigned',
      'answered', 'closed']
    WHEN c.state IN ('rejected_invalid', 'referred_out') THEN ARRAY['received', 'accepted', c.state]
    WHEN c.state = 'waiting_for_complainant' THEN ARRAY['received', 'accepted', 'assigned', c.state]
    WHEN c.state = 'reopened' THEN ARRAY['received', 'accepted', 'assigned', 'investigating', 'proposed', 'answered', 'reopened']
    ELSE (ARRAY['received', 'accepted', 'assigned', 'investigating', 'proposed', 'answered', 'implementing', 'resolved',
      'return_visit', 'closed'])[1:array_position(ARRAY['received', 'accepted', 'assigned', 'investigating', 'proposed',
      'answered', 'implementing', 'resolved', 'return_visit', 'closed'], c.state::text)]
  END) WITH ORDINALITY w (state, place)
WHERE c.organisation_id = %(organisation)s
"""

MESSAGES = f"""
INSERT INTO complaints_message (organisation_id, id, complaint_id, kind, body, author_id, at)
SELECT c.organisation_id, {_id("c.received_at + m.place * interval '5 hours'", "m.place")}, c.id, m.kind,
       left(c.description, 120), CASE WHEN m.kind <> 'words' THEN c.handler_id END, c.received_at + m.place * interval '5 hours'
FROM complaints_complaint c
CROSS JOIN LATERAL unnest(CASE WHEN c.is_open THEN ARRAY['words', 'reply', 'note'] ELSE ARRAY['reply'] END)
  WITH ORDINALITY m (kind, place)
WHERE c.organisation_id = %(organisation)s AND c.handler_id IS NOT NULL
"""

# Every complaint has the clock of its resolution; open ones also what else runs. Straight lines, no calendar: the
# sweep reads instants and does not ask how they were found.
CLOCKS = f"""
INSERT INTO complaints_clock (organisation_id, id, complaint_id, kind, round, state, calendar_id, calendar_version,
  round_the_clock, started_at, due_at, stopped_at, paused_at, schedule, step, next_at)
WITH wanted AS (
  SELECT c.*, k.kind AS target, c.received_at + CASE k.kind WHEN 'accept' THEN interval '2 hours' WHEN 'answer' THEN interval '1 day'
           WHEN 'statutory' THEN interval '10 days' ELSE CASE c.priority WHEN 'p1' THEN interval '4 hours'
           WHEN 'p2' THEN interval '2 days' WHEN 'p3' THEN interval '4 days' ELSE interval '7 days' END END AS due_at,
         CASE WHEN NOT c.is_open THEN coalesce(c.resolved_at, c.closed_at)
              WHEN k.kind IN ('answer', 'statutory') THEN c.answered_at
              WHEN k.kind = 'resolve' THEN c.resolved_at END AS stopped_at
  FROM complaints_complaint c
  CROSS JOIN LATERAL unnest(CASE WHEN NOT c.is_open THEN ARRAY['resolve'] WHEN c.state = 'received'
    THEN ARRAY['accept', 'statutory'] ELSE ARRAY['answer', 'resolve', 'statutory'] END) k (kind)
  WHERE c.organisation_id = %(organisation)s
), lined AS (
  SELECT w.*, ARRAY[w.received_at + (w.due_at - w.received_at) * 0.5, w.received_at + (w.due_at - w.received_at) * 0.75,
                    w.due_at, w.due_at + interval '2 days'] AS points
  FROM wanted w
), stepped AS (
  SELECT l.*, CASE WHEN now() < points[1] THEN 0 WHEN now() < points[2] THEN 2 WHEN now() < points[3] THEN 4
                   WHEN now() < points[4] THEN 6 ELSE 7 END AS taken,
         to_char(points[1] AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"') AS half,
         to_char(points[2] AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"') AS quarters,
         to_char(points[3] AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"') AS due,
         to_char(points[4] AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"') AS last,
         now() + random() * interval '1 day' AS again
  FROM lined l
)
SELECT s.organisation_id, {_id("s.received_at", "s.target")}, s.id, s.target, 1,
  CASE WHEN s.stopped_at IS NOT NULL THEN CASE WHEN s.stopped_at <= s.due_at THEN 'met' ELSE 'broken' END
       WHEN s.state = 'waiting_for_complainant' THEN 'paused' WHEN s.taken >= 6 THEN 'broken' ELSE 'running' END,
  e.calendar_id, 1, s.priority = 'p1' AND s.target <> 'statutory', s.received_at, s.due_at, s.stopped_at,
  CASE WHEN s.state = 'waiting_for_complainant' AND s.stopped_at IS NULL THEN s.moved_at END,
  jsonb_build_array(jsonb_build_array(half, 'half', ''), jsonb_build_array(half, 'ladder', 'handler'),
    jsonb_build_array(quarters, 'three_quarters', ''), jsonb_build_array(quarters, 'ladder', 'supervisor'),
    jsonb_build_array(due, 'breach', ''), jsonb_build_array(due, 'ladder', 'manager'), jsonb_build_array(last, 'ladder', 'quality'))
    || CASE WHEN s.taken = 7 THEN jsonb_build_array(jsonb_build_array(
         to_char(again AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"'), 'reminder', '')) ELSE '[]'::jsonb END,
  s.taken,
  CASE WHEN s.stopped_at IS NOT NULL THEN NULL
       WHEN s.state = 'waiting_for_complainant' THEN greatest(now(), s.moved_at) + interval '5 days'
       WHEN s.taken = 7 THEN date_trunc('second', again) ELSE date_trunc('second', points[1 + taken / 2]) END
FROM stepped s JOIN owners_estate e ON e.organisation_id = s.organisation_id AND e.id = s.estate_id
"""

DUE = """
UPDATE complaints_complaint c SET next_due_at = r.due_at, next_due_kind = r.kind, is_late = r.is_late
FROM (SELECT DISTINCT ON (complaint_id) complaint_id, due_at, kind, bool_or(state = 'broken') OVER (PARTITION BY complaint_id)
        AS is_late
      FROM complaints_clock WHERE organisation_id = %(organisation)s AND stopped_at IS NULL AND state <> 'paused'
      ORDER BY complaint_id, due_at) r
WHERE c.organisation_id = %(organisation)s AND c.id = r.complaint_id AND c.is_open
"""

DELIVERIES = f"""
INSERT INTO notices_delivery (organisation_id, id, channel, event, dedupe_key, person_id, membership_id, recipient_name, address,
  language, subject, text, html, link, about_type, about_id, state, attempts, last_error, created_at, handed_at, read_at)
SELECT c.organisation_id, {_id("c.received_at + interval '1 second'", "d.channel")}, d.channel, 'complaint.' || d.event,
  c.id || ':' || d.event || ':' || d.channel, CASE WHEN d.channel = 'email' THEN c.complainant_id END,
  CASE WHEN d.channel = 'portal' THEN c.handler_id END, 'Somebody', CASE WHEN d.channel = 'email' THEN 'a@bench.example' ELSE '' END,
  'en', 'About ' || c.number, c.description, '', '/complaints/' || c.number || '/', 'complaints.complaint', c.id, 'handed', 1, '',
  c.received_at, c.received_at + interval '1 minute', CASE WHEN d.channel = 'portal' AND NOT c.is_open THEN c.received_at END
FROM complaints_complaint c
CROSS JOIN (VALUES ('email', 'received'), ('email', 'accepted'), ('portal', 'has_handler')) d (channel, event)
WHERE c.organisation_id = %(organisation)s
  AND CASE WHEN d.channel = 'portal' THEN c.handler_id IS NOT NULL ELSE c.complainant_id IS NOT NULL END
"""

AUDIT = f"""
INSERT INTO audit_auditentry (organisation_id, id, at, actor_id, action, subject_type, subject_id, subject_label, changes)
SELECT c.organisation_id, {_id("c.received_at")}, c.received_at, NULL, 'complaint.filed', 'complaints.complaint', c.id, c.number, '{{}}'
FROM complaints_complaint c WHERE c.organisation_id = %(organisation)s
"""

# For a planner that has no figures yet: what was just written is read by the statements after it. The first
# organisation is half of everything, so once is enough; sampling wide rows twenty times costs more than the rows.
FIRST = {
    "PLACES": "ANALYZE owners_unit, owners_person, owners_building, bench_text",
    "OWNED": "ANALYZE owners_ownership",
    "CASES": "ANALYZE complaints_complaint (organisation_id, id, state, is_open, received_at)",
    "TIMES": "ANALYZE complaints_clock (organisation_id, complaint_id, state)",
}

# As many entries of the register as complaints; a few units have most of them, as in life.
RECORDS = f"""
WITH r AS MATERIALIZED ( -- drawn once: a plan may read it again, and chance would fall anew
  SELECT i, now() - 900 * random() * interval '1 day' - interval '1 hour' AS at,
  floor(power(random(), 2) * %(units)s)::int AS place,
  floor(random() * (SELECT count(*) FROM bench_text))::int AS wording
  FROM generate_series(1, %(complaints)s) i
)
INSERT INTO contacts_communicationrecord (organisation_id, id, number, estate_id, building_id, unit_id, party_type,
  name_given, phone_given, participants, direction, form, channel, methods, content, subject, summary, request,
  non_verbal_note, occurred_at, recorded_at, recorded_by_id, is_late, recording, confidentiality, linked_type,
  linked_number, letter_number, their_reference, addressee, letter_text, state, needs_answer, no_answer_reason, version)
SELECT %(organisation)s, {_id("r.at", "r.i")}, 'K-' || r.i, u.estate_id, u.building_id, u.id, 'owner',
  'Owner ' || r.i %% 997, '', '', CASE WHEN r.i %% 3 = 0 THEN 'out' ELSE 'in' END,
  CASE WHEN r.i %% 4 = 0 THEN 'written' ELSE 'oral' END, CASE WHEN r.i %% 4 = 0 THEN 'email' ELSE 'phone' END,
  CASE WHEN r.i %% 4 = 0 THEN '["reading"]' ELSE '["listening", "speaking"]' END::jsonb,
  (ARRAY['enquiry', 'everyday', 'charges', 'service_need'])[1 + r.i %% 4], left(t.body, 60), t.body, '', '',
  r.at, r.at + interval '10 minutes', c.id, false, 'none', 'party_staff', '', '', '', '', '', '', 'recorded', false, '', 1
FROM r
JOIN (SELECT *, row_number() OVER (ORDER BY id) - 1 AS place FROM owners_unit WHERE organisation_id = %(organisation)s) u
  ON u.place = r.place
JOIN bench_text t ON t.place = r.wording
CROSS JOIN (SELECT id FROM tenancy_membership WHERE organisation_id = %(organisation)s AND role = 'clerk' LIMIT 1) c
"""

STATEMENTS = [
    SEED, UNITS, PEOPLE, "PLACES", OWNERSHIPS, "OWNED", DRAFT, "ANALYZE draft", COMPLAINTS, SERIES, "CASES", MOVES, MESSAGES,
    CLOCKS, "TIMES", DUE, DELIVERIES, RECORDS, AUDIT,
]  # fmt: skip

# What the bare pages need that the product has not: a word index, and a table to insert into.
FLOOR = [
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE TABLE bench_words (id uuid, received_at timestamptz, description text)",
    """INSERT INTO bench_words SELECT id, received_at, description FROM complaints_complaint
       WHERE organisation_id = %s AND is_open""",
    "CREATE INDEX bench_words_trgm ON bench_words USING gin (description gin_trgm_ops)",
    "CREATE TABLE bench_filing (LIKE complaints_complaint INCLUDING DEFAULTS INCLUDING INDEXES)",
    "GRANT SELECT, INSERT ON bench_words, bench_filing TO PUBLIC",
]

BIG = [
    "complaints_complaint",
    "complaints_move",
    "complaints_message",
    "complaints_clock",
    "contacts_communicationrecord",
    "notices_delivery",
    "audit_auditentry",
]
REFERENCES = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE contype = 'f' AND conrelid = ANY (%s::regclass[])
"""
INDEXES = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
WHERE indrelid = ANY (%s::regclass[]) AND NOT indisunique
"""
