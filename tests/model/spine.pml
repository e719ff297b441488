/* The spine as a model: claim, mark, fence, call, settle; opt-out; crash; sweep; reconcile. To be read beside
 * outreach/actions/dispatching/ (claim.py, send.py, settle.py, sweep.py, waiting.py), reconciling.py and opting_out.py.
 *
 * One person, one address, STEPS steps, two workers that may be killed at any point CRASHES times in all, a broker that
 * wakes anybody at any time (so a lost or doubled hint is every schedule), a provider that takes a call, refuses it for
 * sure, or leaves its answer in doubt, and a sweep whose lease may end at any moment.
 *
 * A transaction is one atomic step, except the fence's: it holds the batch's row lock over the call, as the program does.
 * What is assumed, not proved: PostgreSQL keeps its promises, and no connection is lost unseen between the fence's last
 * statement and the first byte of the call.
 *
 * Promise 1: no call starts after the opt-out was confirmed.      assert at the call
 * Promise 2: a step is accepted by the provider at most once.     assert at the acceptance
 * Promise 3: nothing is lost or denied.                           the formula at the end
 *
 * Each BREAK_… puts one known mistake in; tests/model/test_spine.py sees every one of them found.
 */
#define STEPS 2
#define WORKERS 2
#ifndef CRASHES
#define CRASHES 1
#endif
#ifndef RETURNS
#define RETURNS 1          /* how often a provider says "surely not taken" before it behaves */
#endif

mtype = { none, sending, sent, returned, failed, skipped, uncertain,  /* a message; returned: due again */
          claimed, calling, released, settled, swept }                /* a batch */

byte cursor = 1;                      /* enrollment.next_step; past STEPS: nothing more is due */
bool exited = false;                  /* the enrollment ended by the opt-out */
mtype message[STEPS + 1] = none;
byte attempts[STEPS + 1] = 0;         /* messages that count: the unique key on (enrollment, step) */
byte accepted[STEPS + 1] = 0;         /* the provider's own count: the witness */

bool out = false;                     /* the consent event and the suppression are committed */
bool confirmed = false;               /* the person was told */

mtype batch[WORKERS] = none;
byte carries[WORKERS] = 0;            /* the step it carries */
bool locked[WORKERS] = false;         /* row lock on the batch, dies with its holder's connection */
byte crashes = 0;
byte returns = 0;

#ifdef BREAK_CLAIM_PASSES_AN_OPEN_STEP
#define IN_FLIGHT false
#else
#define IN_FLIGHT (message[1] == sending || message[2] == sending)    /* of this run: its step may still come back */
#endif
#define OPEN(w) (batch[w] == claimed || batch[w] == calling)

inline crash_maybe(w) {               /* SIGKILL: the connection drops, and with it the lock; rows stay as committed */
    if
    :: crashes < CRASHES -> atomic { crashes++; locked[w] = false; goto reborn }
    :: true
    fi
}

inline put_back(step) {               /* surely not taken: due again, unless the run ended meanwhile */
    if
    :: exited -> message[step] = skipped
    :: else -> message[step] = returned; attempts[step]--;
        if
#ifndef BREAK_CURSOR_LEFT_ADVANCED
        :: cursor == step + 1 -> cursor = step
#endif
        :: else
        fi
    fi
}

proctype worker(byte w) {
    byte step; bool going;
reborn:
    do
    :: atomic {                       /* claim: decide, record the intent, move the cursor; one commit */
        (!OPEN(w) && cursor <= STEPS && !exited && !IN_FLIGHT && attempts[cursor] == 0) ->
        step = cursor;                /* attempts: the unique key on (enrollment, step) refuses a second message */
        attempts[step]++; cursor = step + 1;
        if
        :: out -> message[step] = skipped; exited = true; goto reborn
        :: else -> message[step] = sending; carries[w] = step; batch[w] = claimed
        fi
       }
       crash_maybe(w);

#ifdef BREAK_SETTLE_BEFORE_CALL
       atomic { message[step] = sent }
       crash_maybe(w);
#endif
       atomic {                       /* mark: not ours any more when a sweep released it */
        if
        :: batch[w] == claimed -> batch[w] = calling
        :: else -> goto reborn
        fi
       }
       crash_maybe(w);

       atomic {                       /* fence: the lock opt-outs wait for; then what is true now */
        if
        :: batch[w] == calling -> locked[w] = true
        :: else -> goto reborn
        fi;
#ifdef BREAK_CONSENT_READ_AT_CLAIM_ALONE
        going = true
#else
        going = !out
#endif
       }
#ifdef BREAK_OPT_OUT_READ_BEFORE_THE_LOCK
       locked[w] = false;
       atomic { batch[w] == calling -> locked[w] = true }
#endif
       crash_maybe(w);

       if
       :: !going -> atomic { message[step] = skipped; exited = true; batch[w] = settled; locked[w] = false }
       :: else ->
#ifndef BREAK_SETTLE_BEFORE_CALL
           assert(message[step] == sending);
#endif
           assert(!confirmed);        /* promise 1: the call starts here */
           if                         /* the provider takes it, refuses it for sure, or nobody knows */
           :: atomic { accepted[step]++; assert(accepted[step] <= 1) }   /* promise 2 */
              crash_maybe(w);
              if
              :: atomic { message[step] = sent; batch[w] = settled; locked[w] = false }
              :: atomic { message[step] = uncertain; batch[w] = settled; locked[w] = false }  /* the answer was lost */
              fi
           :: returns < RETURNS -> atomic { returns++; put_back(step); batch[w] = settled; locked[w] = false }
           :: atomic { message[step] = failed; batch[w] = settled; locked[w] = false }
           :: atomic { message[step] = uncertain; batch[w] = settled; locked[w] = false }     /* never arrived, and silent */
           fi
       fi
    od
}

proctype opt_out() {
    out = true;                       /* event and suppression, committed */
#ifndef BREAK_OPT_OUT_DOES_NOT_WAIT
    !(OPEN(0) && locked[0]);          /* FOR SHARE on the open batches that hold the person, one after the other */
    !(OPEN(1) && locked[1]);
#endif
    atomic { confirmed = true; exited = true }    /* only now is the person told, and the run ended */
}

#ifdef BREAK_SWEEP_IGNORES_THE_LOCK
#define DEAD(w) OPEN(w)
#else
#define DEAD(w) (OPEN(w) && !locked[w])   /* SKIP LOCKED passes by who is alive and calling */
#endif

inline swept_up(w) {
    if
#ifdef BREAK_DEAD_CALLS_ARE_SENT_AGAIN
    :: batch[w] == calling -> put_back(carries[w]); batch[w] = swept
#else
    :: batch[w] == calling -> message[carries[w]] = (message[carries[w]] == sending -> uncertain : message[carries[w]]);
       batch[w] = swept
#endif
    :: else -> put_back(carries[w]); batch[w] = released    /* never marked: nothing was asked of the provider */
    fi
}

proctype sweep() {                    /* the lease may end at any moment */
end:
    do
    :: atomic { DEAD(0) -> swept_up(0) }
    :: atomic { DEAD(1) -> swept_up(1) }
    od
}

inline told(s) {                      /* the provider's own word, which may come late or never */
    if
    :: accepted[s] > 0 -> message[s] = sent
#ifdef BREAK_DOUBT_IS_SENT_AGAIN
    :: else -> put_back(s)
#else
    :: else -> message[s] = failed    /* its complete list lacks it; still never resent */
#endif
    fi
}

proctype reconcile() {
end:
    do
    :: atomic { message[1] == uncertain -> told(1) }
    :: atomic { message[2] == uncertain -> told(2) }
    od
}

init {
    atomic {
        run worker(0); run worker(1); run sweep(); run reconcile();
        if
        :: run opt_out()
        :: true
        fi
    }
}

/* Promise 3, in every state: what is behind the cursor has its outcome or is carried by an open batch, and what the
 * provider took is never denied. When all has come to rest no batch is open, so every step then has its outcome. */
#define RECORDED(s) (message[s] == sent || message[s] == failed || message[s] == skipped || message[s] == uncertain)
#define HONEST(s)   (accepted[s] == 0 || message[s] == sent || message[s] == uncertain)
#define CARRIED(s)  ((OPEN(0) && carries[0] == s) || (OPEN(1) && carries[1] == s))
ltl kept { [] ((cursor <= 1 || CARRIED(1) || (RECORDED(1) && HONEST(1))) && (cursor <= 2 || CARRIED(2) || (RECORDED(2) && HONEST(2)))) }
