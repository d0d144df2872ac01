/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the kernel programs and user space share has one layout. In: include/bulwark/abi.h as this compiler sees it, and
 * as the kernel's compiler saw it: the type information (BTF) of the kernel object and of abi.bpf.c. The table names
 * every struct of the header and every member of each; that it does is a test as well, so that nothing new stays
 * uncompared.
 */
#include <base/cleanup.h>
#include <bpf/btf.h>
#include <linux/types.h>
#include <stddef.h>
#include <string.h>
#include <bulwark/abi.h>
#include <test/harness.h>

/* A member; or, where `name` is NULL, the whole of a struct. */
static const struct place {
	const char *type;
	const char *name;
	size_t offset;
	size_t size;
} places[] = {
#define STRUCT(type)                                \
	{                                           \
#type, NULL, 0, sizeof(struct type) \
	}
#define MEMBER(type, name)                                                                     \
	{                                                                                      \
#type, #name, offsetof(struct type, name), sizeof(((struct type *)NULL)->name) \
	}
#define END(type, name)                                      \
	{                                                    \
#type, #name, offsetof(struct type, name), 0 \
	} /* an array without a bound */
	  /* clang-format off */
	STRUCT(bw_state),
	MEMBER(bw_state, next),
	MEMBER(bw_state, label),
	MEMBER(bw_state, glob),
	MEMBER(bw_state, flags),

	STRUCT(bw_edge),
	MEMBER(bw_edge, state),
	MEMBER(bw_edge, _pad),
	MEMBER(bw_edge, name),

	STRUCT(bw_slice),
	MEMBER(bw_slice, first),
	MEMBER(bw_slice, count),

	STRUCT(bw_label),
	MEMBER(bw_label, rules),
	MEMBER(bw_label, traits),
	MEMBER(bw_label, parents),
	MEMBER(bw_label, ancestors),
	MEMBER(bw_label, flags),

	STRUCT(bw_rule),
	MEMBER(bw_rule, id),
	MEMBER(bw_rule, policy),
	MEMBER(bw_rule, action),
	MEMBER(bw_rule, flags),
	MEMBER(bw_rule, n_required),
	MEMBER(bw_rule, n_excepted),
	MEMBER(bw_rule, _pad),
	MEMBER(bw_rule, required),
	MEMBER(bw_rule, excepted),
	MEMBER(bw_rule, _pad2),

	STRUCT(bw_policy),
	MEMBER(bw_policy, mode),
	MEMBER(bw_policy, _pad),

	STRUCT(bw_counter),
	MEMBER(bw_counter, hits),
	MEMBER(bw_counter, denials),
	MEMBER(bw_counter, last),

	STRUCT(bw_traits),
	MEMBER(bw_traits, word),

	STRUCT(bw_id_range),
	MEMBER(bw_id_range, from),
	MEMBER(bw_id_range, traits),

	STRUCT(bw_prefix4),
	MEMBER(bw_prefix4, length),
	MEMBER(bw_prefix4, address),

	STRUCT(bw_prefix6),
	MEMBER(bw_prefix6, length),
	MEMBER(bw_prefix6, address),

	STRUCT(bw_network),
	MEMBER(bw_network, ports),

	STRUCT(bw_port_range),
	MEMBER(bw_port_range, from),
	MEMBER(bw_port_range, label),

	STRUCT(bw_socket),
	MEMBER(bw_socket, family),
	MEMBER(bw_socket, type),
	MEMBER(bw_socket, protocol),

	STRUCT(bw_inode_key),
	MEMBER(bw_inode_key, ino),
	MEMBER(bw_inode_key, dev),
	MEMBER(bw_inode_key, generation),

	STRUCT(bw_mark),
	MEMBER(bw_mark, state),
	MEMBER(bw_mark, _pad),
	MEMBER(bw_mark, origin),

	STRUCT(bw_marks),
	MEMBER(bw_marks, mark),

	STRUCT(bw_origin_key),
	MEMBER(bw_origin_key, inode),
	MEMBER(bw_origin_key, path),

	STRUCT(bw_origin),
	MEMBER(bw_origin, flags),
	MEMBER(bw_origin, dev),
	MEMBER(bw_origin, size),
	MEMBER(bw_origin, _pad),
	MEMBER(bw_origin, text),
	STRUCT(bw_digest),
	MEMBER(bw_digest, byte),

	STRUCT(bw_cgroup),
	MEMBER(bw_cgroup, traits),
	MEMBER(bw_cgroup, flags),
	MEMBER(bw_cgroup, _pad),

	STRUCT(bw_lineage),
	MEMBER(bw_lineage, before),
	MEMBER(bw_lineage, program),
	MEMBER(bw_lineage, refs),
	MEMBER(bw_lineage, depth),
	MEMBER(bw_lineage, inode),
	MEMBER(bw_lineage, flags),
	MEMBER(bw_lineage, mounted),
	MEMBER(bw_lineage, stored),
	MEMBER(bw_lineage, text),

	STRUCT(bw_standing),
	MEMBER(bw_standing, active),
	MEMBER(bw_standing, uid),
	MEMBER(bw_standing, gid),
	MEMBER(bw_standing, held),
	STRUCT(bw_held),
	MEMBER(bw_held, any),
	MEMBER(bw_held, all),

	STRUCT(bw_header),
	MEMBER(bw_header, hash_key),
	MEMBER(bw_header, defaults),
	MEMBER(bw_header, anywhere),
	MEMBER(bw_header, users),
	MEMBER(bw_header, groups),
	MEMBER(bw_header, capabilities),
	MEMBER(bw_header, owner),
	MEMBER(bw_header, container),
	MEMBER(bw_header, parents),
	MEMBER(bw_header, ancestors),
	MEMBER(bw_header, cgroups),
	MEMBER(bw_header, names),
	MEMBER(bw_header, judged),
	MEMBER(bw_header, defaulted),
	MEMBER(bw_header, enforced),
	MEMBER(bw_header, marks),
	MEMBER(bw_header, glob_classes),
	MEMBER(bw_header, moved),
	MEMBER(bw_header, exec_anywhere),
	MEMBER(bw_header, memory),
	MEMBER(bw_header, arguments),
	MEMBER(bw_header, applets),
	MEMBER(bw_header, any_applet),
	MEMBER(bw_header, _pad),
	MEMBER(bw_header, glob_class),
	MEMBER(bw_header, facility),
	MEMBER(bw_header, capability),

	STRUCT(bw_control),
	MEMBER(bw_control, abi),
	MEMBER(bw_control, agent),
	MEMBER(bw_control, agent_start),
	MEMBER(bw_control, told),
	MEMBER(bw_control, decided),
	MEMBER(bw_control, guard),
	MEMBER(bw_control, _reserved),
	MEMBER(bw_control, active),
	MEMBER(bw_control, paths),
	MEMBER(bw_control, marking),
	MEMBER(bw_control, marker),
	MEMBER(bw_control, on_error),
	MEMBER(bw_control, unnamed),
	MEMBER(bw_control, mount_namespace),
	MEMBER(bw_control, pid_namespace),
	MEMBER(bw_control, renamed),
	MEMBER(bw_control, agent_inode),
	MEMBER(bw_control, agent_device),
	MEMBER(bw_control, fold_after),
	MEMBER(bw_control, pins_device),
	MEMBER(bw_control, _pad),
	MEMBER(bw_control, header),

	STRUCT(bw_guarded),
	MEMBER(bw_guarded, kind),
	MEMBER(bw_guarded, id),

	STRUCT(bw_names),
	MEMBER(bw_names, text),

	STRUCT(bw_stats),
	MEMBER(bw_stats, decided),
	MEMBER(bw_stats, sent),
	MEMBER(bw_stats, lost),
	MEMBER(bw_stats, undecided),
	MEMBER(bw_stats, walks),
	MEMBER(bw_stats, unnamed),
	MEMBER(bw_stats, forgotten),
	MEMBER(bw_stats, suppressed),

	STRUCT(bw_fold),
	MEMBER(bw_fold, kind),
	MEMBER(bw_fold, since),
	MEMBER(bw_fold, folded),
	MEMBER(bw_fold, active),
	MEMBER(bw_fold, told),
	MEMBER(bw_fold, rule),
	MEMBER(bw_fold, policy),
	MEMBER(bw_fold, verdict),
	MEMBER(bw_fold, operation),
	MEMBER(bw_fold, mode),
	MEMBER(bw_fold, _pad),
	MEMBER(bw_fold, comm),

	STRUCT(bw_cgroup_record),
	MEMBER(bw_cgroup_record, record),
	MEMBER(bw_cgroup_record, id),
	MEMBER(bw_cgroup_record, removed),
	MEMBER(bw_cgroup_record, size),
	MEMBER(bw_cgroup_record, path),

	STRUCT(bw_record),
	MEMBER(bw_record, type),
	MEMBER(bw_record, size),
	MEMBER(bw_record, cpu),
	MEMBER(bw_record, time),
	MEMBER(bw_record, serial),

	STRUCT(bw_span),
	MEMBER(bw_span, offset),
	MEMBER(bw_span, size),
	MEMBER(bw_span, flags),

	STRUCT(bw_event_object),
	MEMBER(bw_event_object, ino),
	MEMBER(bw_event_object, dev),
	MEMBER(bw_event_object, kind),
	MEMBER(bw_event_object, family),
	MEMBER(bw_event_object, port),
	MEMBER(bw_event_object, protocol),
	MEMBER(bw_event_object, facility),
	MEMBER(bw_event_object, ip_protocol),
	MEMBER(bw_event_object, number),
	MEMBER(bw_event_object, address),
	MEMBER(bw_event_object, socket),
	MEMBER(bw_event_object, target),
	MEMBER(bw_event_object, _pad),

	STRUCT(bw_ancestor),
	MEMBER(bw_ancestor, start),
	MEMBER(bw_ancestor, execs),
	MEMBER(bw_ancestor, pid),
	MEMBER(bw_ancestor, uid),
	MEMBER(bw_ancestor, size),
	MEMBER(bw_ancestor, binary),
	MEMBER(bw_ancestor, arguments),
	MEMBER(bw_ancestor, flags),
	END(bw_ancestor, text),

	STRUCT(bw_event_process),
	MEMBER(bw_event_process, start),
	MEMBER(bw_event_process, execs),
	MEMBER(bw_event_process, cgroup),
	MEMBER(bw_event_process, pid),
	MEMBER(bw_event_process, tid),
	MEMBER(bw_event_process, ppid),
	MEMBER(bw_event_process, uid),
	MEMBER(bw_event_process, gid),
	MEMBER(bw_event_process, euid),
	MEMBER(bw_event_process, egid),
	MEMBER(bw_event_process, loginuid),
	MEMBER(bw_event_process, namespaces),
	MEMBER(bw_event_process, comm),

	STRUCT(bw_event),
	MEMBER(bw_event, record),
	MEMBER(bw_event, active),
	MEMBER(bw_event, rule),
	MEMBER(bw_event, policy),
	MEMBER(bw_event, verdict),
	MEMBER(bw_event, enforced),
	MEMBER(bw_event, operation),
	MEMBER(bw_event, hook),
	MEMBER(bw_event, mode),
	MEMBER(bw_event, _pad),
	MEMBER(bw_event, suppressed),
	MEMBER(bw_event, object),
	MEMBER(bw_event, process),
	MEMBER(bw_event, span),
	MEMBER(bw_event, ancestors),
	END(bw_event, text),
	  /* clang-format on */
};

static struct btf *btf; /* types of the object that is looked at */

static void open_types(const char *path)
{
	btf = btf__parse(path, NULL);
	ck_assert_msg(btf, "cannot read the types of %s: %m", path);
}

static void close_types(void)
{
	btf__free(btf);
}

/* NULL: the object does not name it. */
static const struct btf_type *find_struct(const char *name)
{
	int id = btf__find_by_name_kind(btf, name, BTF_KIND_STRUCT);

	return id > 0 ? btf__type_by_id(btf, (__u32)id) : NULL;
}

static const struct place *find_place(const char *type, const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(places); i++)
		if (strcmp(places[i].type, type) == 0 &&
		    (name ? places[i].name && strcmp(places[i].name, name) == 0 : !places[i].name))
			return &places[i];
	return NULL;
}

static void compare_member(const struct btf_type *type, unsigned int i, const char *structure)
{
	const struct btf_member *member = &btf_members(type)[i];
	const char *name = btf__name_by_offset(btf, member->name_off);
	const struct place *place = find_place(structure, name);

	ck_assert_msg(place, "'struct %s': nothing here about '%s'", structure, name);
	ck_assert_msg(!btf_member_bitfield_size(type, i), "'%s' of 'struct %s' is a bit-field", name, structure);
	ck_assert_msg(btf_member_bit_offset(type, i) == 8 * place->offset, "'%s' of 'struct %s' at %u, here at %zu",
		      name, structure, btf_member_bit_offset(type, i) / 8, place->offset);
	ck_assert_msg(btf__resolve_size(btf, member->type) == (__s64)place->size,
		      "'%s' of 'struct %s' has %lld bytes, here %zu", name, structure,
		      (long long)btf__resolve_size(btf, member->type), place->size);
}

static size_t count_members(const char *type)
{
	size_t i, n = 0;

	for (i = 0; i < ARRAY_SIZE(places); i++)
		n += places[i].name && strcmp(places[i].type, type) == 0;
	return n;
}

static void compare_struct(const struct place *whole, const struct btf_type *type)
{
	unsigned int i;

	ck_assert_msg(type->size == whole->size, "'struct %s' has %u bytes, here %zu", whole->type, type->size,
		      whole->size);
	for (i = 0; i < btf_vlen(type); i++)
		compare_member(type, i, whole->type);
	ck_assert_uint_eq(count_members(whole->type), btf_vlen(type));
}

/* Every struct has one layout for both compilers. */
START_TEST(one_layout)
{
	const struct btf_type *type;
	size_t i;

	open_types(ABI_OBJECT);
	for (i = 0; i < ARRAY_SIZE(places); i++) {
		if (places[i].name)
			continue;
		type = find_struct(places[i].type);
		ck_assert_msg(type, "test/abi.bpf.c does not keep 'struct %s'", places[i].type);
		compare_struct(&places[i], type);
	}
	close_types();
}
END_TEST

/* The programs have no other idea of those that they name. */
START_TEST(kernel_layout)
{
	const struct btf_type *type;
	size_t i, n = 0;

	open_types(KERNEL_OBJECT);
	for (i = 0; i < ARRAY_SIZE(places); i++) {
		type = places[i].name ? NULL : find_struct(places[i].type);
		if (!type)
			continue;
		compare_struct(&places[i], type);
		n++;
	}
	close_types();
	ck_assert_uint_gt(n, 0);
}
END_TEST

/* No padding that nobody named: a hole would carry bytes of the kernel's stack to user space. */
START_TEST(no_holes)
{
	size_t i, end = 0;

	for (i = 0; i < ARRAY_SIZE(places); i++) {
		if (places[i].name) {
			ck_assert_msg(places[i].offset == end, "a hole before '%s' of 'struct %s'", places[i].name,
				      places[i].type);
			end += places[i].size;
		} else {
			end = 0;
		}
		if (i + 1 == ARRAY_SIZE(places) || !places[i + 1].name)
			ck_assert_msg(find_place(places[i].type, NULL)->size == end, "'struct %s' ends with a hole",
				      places[i].type);
	}
}
END_TEST

START_TEST(every_struct)
{
	_fclose_ FILE *header = fopen(TEST_SOURCE_DIR "/include/bulwark/abi.h", "re");
	char line[256], name[64];
	size_t n = 0;

	ck_assert_ptr_nonnull(header);
	while (fgets(line, sizeof(line), header)) {
		if (sscanf(line, "struct %63[a-z0-9_] {", name) != 1 || !strchr(line, '{'))
			continue;
		ck_assert_msg(find_place(name, NULL), "nothing here about 'struct %s'", name);
		n++;
	}
	ck_assert_uint_gt(n, 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("abi");
	TCase *all = tcase_create("all");

	tcase_add_test(all, one_layout);
	tcase_add_test(all, kernel_layout);
	tcase_add_test(all, no_holes);
	tcase_add_test(all, every_struct);
	suite_add_tcase(suite, all);
	return harness_run(suite);
}
