import { sql, type Kysely } from 'kysely';

/**
 * What a gate answered, and the register of official accounts that rests on it. A move of a registration is
 * legal, numbered and, where the table of moves says so, carried by a decision of the same transaction whose
 * subjects have not changed since. Sources: design.md invariant 7, data-model.md section 2.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		create function bump_standing(target uuid) returns void language sql security definer set search_path = public as $$
			update standing set rev = rev + 1 where person = target
		$$;
		create function bump_standing_of_learner() returns trigger language plpgsql
			security definer set search_path = public as $$
		begin
			perform bump_standing(person) from learner_person where learner = new.learner;
			return new;
		end $$;
		create function bump_standing_of_person() returns trigger language plpgsql
			security definer set search_path = public as $$
		begin
			perform bump_standing(coalesce(new.person, old.person));
			return coalesce(new, old);
		end $$;
		create function bump_standing_of_self() returns trigger language plpgsql
			security definer set search_path = public as $$
		begin
			update standing set rev = rev + 1, active = new.ended_at is null and new.merged_into is null
			where person = new.id;
			return new;
		end $$;
		create function bump_standing_of_annulment() returns trigger language plpgsql
			security definer set search_path = public as $$
		begin
			perform bump_standing(lp.person) from completion c join learner_person lp on lp.learner = c.learner
			where c.id = new.completion;
			return new;
		end $$;
		create trigger bump_standing after insert on period for each row execute function bump_standing_of_learner();
		create trigger bump_standing after insert on period_change for each row execute function bump_standing_of_learner();
		create trigger bump_standing after insert on acknowledgement for each row execute function bump_standing_of_learner();
		create trigger bump_standing after insert on credit for each row execute function bump_standing_of_learner();
		create trigger bump_standing after insert on waiver for each row execute function bump_standing_of_learner();
		create trigger bump_standing after insert on completion_annulment for each row execute function bump_standing_of_annulment();
		create trigger bump_standing after insert or update or delete on affiliation for each row execute function bump_standing_of_person();
		create trigger bump_standing after insert or update or delete on scope_grant for each row execute function bump_standing_of_person();
		create trigger bump_standing after insert or delete on learner_person for each row execute function bump_standing_of_person();
		create trigger bump_standing after update of ended_at, merged_into on person for each row execute function bump_standing_of_self();

		-- Locks what an answer rests on, always in the same order, and says at which revision it stands.
		create function lock_standing(people uuid[]) returns table (person uuid, rev bigint) language sql
			security definer set search_path = public as $$
			select s.person, s.rev from standing s where s.person = any (people) order by s.person for share
		$$;

		create table registration (
			id uuid primary key default uuidv7(),
			type text not null,
			organisation uuid not null references organisation,
			created_by uuid not null references person,
			recorded_at timestamptz(3) not null default waypost_now()
		);
		create table registration_draft (
			registration uuid primary key references registration,
			body jsonb not null default '{}',
			rev integer not null default 1,
			updated_at timestamptz(3) not null default waypost_now()
		);
		create table registration_revision (
			registration uuid not null references registration,
			number integer not null check (number >= 1),
			body jsonb not null,
			owner uuid not null references person,
			co_owner uuid not null references person,
			submitted_by uuid not null references person,
			recorded_at timestamptz(3) not null default waypost_now(),
			primary key (registration, number),
			check (owner <> co_owner),
			check (submitted_by = owner)
		);
		create index registration_revision_owner on registration_revision (owner);
		create index registration_revision_co_owner on registration_revision (co_owner);

		create table gate_decision (
			id uuid primary key default uuidv7(),
			gate text not null,
			purpose text not null check (purpose in ('open', 'keep')),
			allow boolean not null,
			reasons jsonb not null,
			rule_set uuid not null references rule_set,
			allowed_until timestamptz(3),
			registration uuid,
			revision integer,
			transaction xid8 not null default pg_current_xact_id(),
			decided_at timestamptz(3) not null default waypost_now(),
			foreign key (registration, revision) references registration_revision (registration, number),
			unique (id, registration, revision, allow)
		);
		create table gate_decision_subject (
			decision uuid not null references gate_decision,
			person uuid not null references person,
			part text not null,
			rev bigint not null,
			primary key (decision, person, part)
		);
		-- Answers to other systems: apart, because they are many and kept for a short time only.
		create table gate_check (
			id uuid primary key default uuidv7(),
			token uuid references api_token,
			gate text not null,
			person uuid,
			allow boolean not null,
			reasons jsonb not null,
			allowed_until timestamptz(3),
			checked_at timestamptz(3) not null default waypost_now()
		);

		create table attestation (
			id uuid primary key default uuidv7(),
			registration uuid not null,
			revision integer not null,
			code text not null,
			wording_hash text not null,
			wording text not null,
			part text not null check (part in ('owner', 'co-owner')),
			signer uuid not null references person,
			given boolean not null,
			assurance text not null,
			recorded_at timestamptz(3) not null default waypost_now(),
			foreign key (registration, revision) references registration_revision (registration, number),
			unique (registration, revision, code, signer)
		);
		create function refuse_signing_for_another() returns trigger language plpgsql
			security definer set search_path = public as $$
		begin
			if not exists (
				select from registration_revision r
				where r.registration = new.registration and r.number = new.revision
					and new.signer = case new.part when 'owner' then r.owner else r.co_owner end
			) then
				raise exception 'only the % signs as %', new.part, new.part using errcode = 'WP004';
			end if;
			return new;
		end $$;
		create trigger signed_by_its_signer before insert on attestation
			for each row execute function refuse_signing_for_another();

		create table legal_move (
			from_state text not null,
			to_state text not null,
			by text not null check (by in ('owner', 'reviewer', 'administrator', 'system')),
			needs_decision boolean not null default false,
			needs_reason boolean not null default false,
			-- Yearly renewal of an unchanged account asks to keep it; everything else asks to open it.
			keep_suffices boolean not null default false check (needs_decision or not keep_suffices),
			primary key (from_state, to_state)
		);
		insert into legal_move (from_state, to_state, by, needs_decision, needs_reason) values
			('none', 'draft', 'owner', false, false),
			('draft', 'submitted', 'owner', true, false),
			('draft', 'closed', 'owner', false, false),
			('submitted', 'in_review', 'reviewer', false, false),
			('submitted', 'closed', 'owner', false, false),
			('in_review', 'changes_requested', 'reviewer', false, true),
			('in_review', 'rejected', 'reviewer', false, true),
			('in_review', 'approved', 'reviewer', true, false),
			('changes_requested', 'submitted', 'owner', true, false),
			('changes_requested', 'closed', 'owner', false, false),
			('approved', 'active', 'reviewer', true, false),
			('active', 'renewal_due', 'system', false, false),
			('renewal_due', 'active', 'reviewer', true, false),
			('renewal_due', 'lapsed', 'system', false, false),
			('active', 'lapsed', 'system', false, true),
			('lapsed', 'submitted', 'owner', true, false),
			('active', 'suspended', 'administrator', false, true),
			('suspended', 'active', 'reviewer', true, true),
			('active', 'transfer_pending', 'administrator', false, true),
			('transfer_pending', 'submitted', 'owner', true, false),
			('transfer_pending', 'suspended', 'administrator', false, true),
			('active', 'closing', 'owner', false, true),
			('closing', 'closed', 'administrator', false, false),
			('lapsed', 'closed', 'owner', false, false),
			('suspended', 'revoked', 'administrator', false, true),
			('active', 'revoked', 'administrator', false, true);
		update legal_move set keep_suffices = true where from_state = 'renewal_due' and to_state = 'active';

		create table registration_move (
			registration uuid not null references registration,
			n integer not null check (n >= 1),
			previous_n integer generated always as (nullif(n - 1, 0)) stored,
			from_state text not null,
			to_state text not null,
			revision integer,
			actor uuid not null references person,
			reason text,
			decision uuid,
			decision_allow boolean generated always as (case when decision is null then null else true end) stored,
			recorded_at timestamptz(3) not null default waypost_now(),
			primary key (registration, n),
			unique (registration, n, to_state),
			check ((n = 1) = (from_state = 'none')),
			foreign key (registration, previous_n, from_state) references registration_move (registration, n, to_state),
			foreign key (from_state, to_state) references legal_move (from_state, to_state),
			foreign key (registration, revision) references registration_revision (registration, number),
			foreign key (decision, registration, revision, decision_allow)
				references gate_decision (id, registration, revision, allow)
		);
		-- Two entries of one human being are one person, however they were merged. People are under forced row-level
		-- security, for the owner as well: the scope is set for this question and put back.
		create function same_person(one uuid, other uuid) returns boolean language plpgsql volatile
			security definer set search_path = public, pg_temp as $$
		declare
			scope_before text := current_setting('waypost.scope', true);
			same boolean;
		begin
			if one = other then
				return true;
			end if;
			perform set_config('waypost.scope', 'system:register', true);
			with recursive merged(origin, id) as (
				select id, id from person where id in (one, other)
				union
				select m.origin, p.merged_into from merged m join person p on p.id = m.id where p.merged_into is not null
			)
			select exists (
				select from merged a join merged b on a.id = b.id where a.origin = one and b.origin = other
			) into same;
			perform set_config('waypost.scope', coalesce(scope_before, ''), true);
			return same;
		end $$;
		revoke execute on function same_person(uuid, uuid) from public;

		create function refuse_unfounded_move() returns trigger language plpgsql
			security definer set search_path = public as $$
		declare
			rule legal_move;
			latest integer;
			revised registration_revision;
			answer gate_decision;
		begin
			select * into rule from legal_move where from_state = new.from_state and to_state = new.to_state;
			if not found then
				raise exception 'no move from % to %', new.from_state, new.to_state using errcode = 'WP005';
			end if;
			if rule.needs_reason and length(trim(coalesce(new.reason, ''))) < 10 then
				raise exception 'this move needs a reason' using errcode = 'WP005';
			end if;
			select * into revised from registration_revision
			where registration = new.registration order by number desc limit 1;
			latest := revised.number;
			if new.to_state <> 'draft' and latest is not null and new.revision is distinct from latest then
				raise exception 'revision % is not the latest one', new.revision using errcode = 'WP006';
			end if;
			if rule."by" = 'owner' and new.actor is distinct from coalesce(
				revised.owner, (select created_by from registration where id = new.registration)
			) then
				raise exception 'only the owner makes this move' using errcode = 'WP007';
			end if;
			if rule."by" = 'reviewer' and exists (
				select from registration_revision
				where registration = new.registration
					and (same_person(new.actor, owner) or same_person(new.actor, co_owner))
			) then
				raise exception 'a reviewer is never owner or co-owner' using errcode = 'WP007';
			end if;
			if rule.needs_decision then
				select * into answer from gate_decision where id = new.decision;
				if not found or answer.transaction <> pg_current_xact_id()
					or (answer.purpose <> 'open' and not rule.keep_suffices) then
					raise exception 'this move rests on a decision of the same transaction' using errcode = 'WP008';
				end if;
				if exists (
					select unnest(array[revised.owner, revised.co_owner])
					except select person from gate_decision_subject where decision = new.decision
				) then
					raise exception 'the decision speaks of other people than owner and co-owner' using errcode = 'WP008';
				end if;
				perform lock_standing(array(select person from gate_decision_subject where decision = new.decision));
				if not exists (select from gate_decision_subject where decision = new.decision) or exists (
					select from gate_decision_subject d join standing s using (person)
					where d.decision = new.decision and s.rev <> d.rev
				) then
					raise exception 'what the decision rests on has changed' using errcode = 'WP009';
				end if;
				if answer.allowed_until is not null and waypost_now() >= answer.allowed_until then
					raise exception 'the decision has run out' using errcode = 'WP009';
				end if;
			end if;
			return new;
		end $$;
		create trigger founded_moves_only before insert on registration_move
			for each row execute function refuse_unfounded_move();

		create table registration_current (
			registration uuid primary key references registration,
			state text not null,
			n integer not null,
			revision integer,
			-- For an active account: until when the gate allows keeping it, and the standings that this rests on.
			keep_until timestamptz(3),
			keep_standing jsonb,
			updated_at timestamptz(3) not null default waypost_now()
		);
		create index registration_current_state on registration_current (state);
		create function project_registration() returns trigger language plpgsql
			security definer set search_path = public as $$
		begin
			insert into registration_current (registration, state, n, revision)
			values (new.registration, new.to_state, new.n, new.revision)
			on conflict (registration) do update
				set state = excluded.state, n = excluded.n, revision = excluded.revision, updated_at = waypost_now(),
					keep_until = case when excluded.state in ('active', 'renewal_due') then registration_current.keep_until end,
					keep_standing = case when excluded.state in ('active', 'renewal_due') then registration_current.keep_standing end;
			return new;
		end $$;
		create trigger project_registration after insert on registration_move
			for each row execute function project_registration();

		-- Taken at submit, freed at close: one official account, one registration.
		create table registration_claim (
			canonical_url text primary key,
			registration uuid not null references registration,
			claimed_at timestamptz(3) not null default waypost_now()
		);
		create unique index registration_claim_registration on registration_claim (registration);

		call keep_append_only('registration');
		call keep_append_only('registration_revision');
		call keep_append_only('registration_move');
		call keep_append_only('gate_decision');
		call keep_append_only('gate_decision_subject');
		call keep_append_only('attestation');

		call allow_app('registration', 'select, insert');
		call allow_app('registration_draft', 'select, insert, update, delete');
		call allow_app('registration_revision', 'select, insert');
		call allow_app('gate_decision', 'select, insert');
		call allow_app('gate_decision_subject', 'select, insert');
		call allow_app('gate_check', 'select, insert');
		call allow_app('attestation', 'select, insert');
		call allow_app('legal_move', 'select');
		call allow_app('registration_move', 'select, insert');
		call allow_app('registration_current', 'select');
		call allow_app('registration_current', 'update (keep_until, keep_standing)');
		call allow_app('registration_claim', 'select, insert, delete');
	`.execute(db);
}
