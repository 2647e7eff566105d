// SPDX-License-Identifier: Apache-2.0
// What the compiler and the C++ library call, where nothing may be allocated, thrown or unwound: everything
// that must not happen stops the program here. A program that does have a heap defines its own operators;
// these are weak.
#include <cstddef>
#include <new>

#include "port/cortex_m/memory.hpp"
#include "port/cortex_m/semihosting.hpp"

namespace semihosting = linnet::port::cortex_m::semihosting;

namespace {

[[noreturn]] void stop(const char* why) {
  semihosting::write("\nstopped: ");
  semihosting::write(why);
  semihosting::write("\n");
  semihosting::exit(linnet::port::cortex_m::kFaultExit);
}

}  // namespace

// A virtual destructor has a variant that gives its object's memory back; nothing here was ever taken from a
// heap.
[[gnu::weak]] void operator delete(void* /*memory*/) noexcept {
  stop("operator delete");
}
[[gnu::weak]] void operator delete(void* /*memory*/, std::size_t /*size*/) noexcept {
  stop("operator delete");
}
[[gnu::weak]] void operator delete(void* /*memory*/, std::align_val_t /*alignment*/) noexcept {
  stop("operator delete");
}
[[gnu::weak]] void operator delete(void* /*memory*/, std::size_t /*size*/,
                                   std::align_val_t /*alignment*/) noexcept {
  stop("operator delete");
}

extern "C" {
/// lwIP's assertions end here.
[[noreturn]] void linnet_assert_failed(const char* what) {
  stop(what);
}
/// And those of <cassert>: newlib's own would print by fprintf, and that wants a heap.
[[noreturn, gnu::weak]] void __assert_func(const char* /*file*/, int /*line*/, const char* /*function*/,
                                           const char* what) {  // NOLINT: the name is newlib's
  stop(what);
}
[[noreturn, gnu::weak]] void abort() {
  stop("abort");
}
[[noreturn]] void __cxa_pure_virtual() {  // NOLINT: the name is the ABI's
  stop("a pure virtual function was called");
}
/// Globals live for ever: their destructors are not kept.
int __aeabi_atexit(void* /*object*/, void (* /*destructor*/)(void*), void* /*library*/) {  // NOLINT: as above
  return 0;
}
void* __dso_handle = nullptr;  // NOLINT: as above
}

// What libstdc++ calls where it would throw, were there exceptions. Weak: its own come in where an image
// needs more of them.
namespace std {
[[noreturn, gnu::weak]] void __throw_out_of_range_fmt(const char* what, ...) {
  stop(what);
}  // NOLINT
[[noreturn, gnu::weak]] void __throw_length_error(const char* what) {
  stop(what);
}  // NOLINT
[[noreturn, gnu::weak]] void __throw_logic_error(const char* what) {
  stop(what);
}  // NOLINT
[[noreturn, gnu::weak]] void __throw_out_of_range(const char* what) {
  stop(what);
}  // NOLINT
[[noreturn, gnu::weak]] void __throw_bad_alloc() {
  stop("out of memory");
}  // NOLINT
[[noreturn, gnu::weak]] void __throw_bad_array_new_length() {
  stop("out of memory");
}  // NOLINT
[[noreturn, gnu::weak]] void __throw_bad_function_call() {
  stop("an empty function was called");
}  // NOLINT
[[noreturn, gnu::weak]] void __throw_bad_variant_access(const char* what) {
  stop(what);
}  // NOLINT
}  // namespace std
