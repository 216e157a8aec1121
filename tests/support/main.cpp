#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#ifdef __SANITIZE_THREAD__
// The count of an exception's holders is atomic inside libstdc++.so, which is not instrumented: of two
// threads that hold one, the last to let go seems to race with what the other has read. Nothing else is
// suppressed.
extern "C" const char* __tsan_default_suppressions() {
  return "race:std::__exception_ptr::exception_ptr::_M_release\n";
}
#endif
